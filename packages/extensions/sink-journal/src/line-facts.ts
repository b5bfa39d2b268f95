/** What is known of a line without reading it all; a torn one may say less. */
export interface LineFacts {
  readonly conversationId: string | undefined;
  readonly traceId: string | undefined;
  /** ISO-8601, UTC: sorts as text. */
  readonly at: string | undefined;
}

/** Longer than any id or time. */
const longestValue = 1024;

/**
 * What a line of the journal says of itself. Found by its keys, since reading bodies costs far more:
 * inside a text each quote has a backslash before it, so no text looks like a key. Of a record with no
 * conversation of its own, one that its attributes name counts. Pure.
 */
export function factsOf(line: Buffer): LineFacts {
  return {
    conversationId: textAfter(line, '"conversationId":"'),
    traceId: textAfter(line, '"traceId":"'),
    at: textAfter(line, '"at":"'),
  };
}

function textAfter(line: Buffer, key: string): string | undefined {
  const found = line.indexOf(key, 0, 'latin1');
  if (found < 0) return undefined;
  const begin = found + key.length;
  const text = line.toString('utf8', begin, begin + longestValue);
  const [quoted = ''] = /^(?:[^"\\]|\\.)*"/.exec(text) ?? [];
  if (quoted === '') return undefined;
  return quoted.includes('\\') ? unquote(quoted) : quoted.slice(0, -1);
}

function unquote(quoted: string): string | undefined {
  try {
    return String(JSON.parse(`"${quoted}`));
  } catch {
    return undefined;
  }
}
