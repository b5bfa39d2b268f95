/** What a plain chunk says: one delta of one of these fields and nothing else. */
export type PlainKind = 'text' | 'reasoning';

/** A delta, and where it stood: chunks that differ from this one in the delta alone mean the same. */
export interface PlainTemplate {
  readonly kind: PlainKind;
  readonly before: string;
  readonly after: string;
}

const quote = 34;
const backslash = 92;

/**
 * Learns from a chunk that was parsed and found to be plain. Undefined where the delta can not be
 * located with certainty: its field must stand once in the text, and the rest hold no escapes, so
 * that `before` ends inside of the very string literal that was read.
 */
export function learnTemplate(
  json: string,
  field: string,
  delta: string,
  kind: PlainKind,
): PlainTemplate | undefined {
  const opening = `"${field}":"`;
  const at = json.indexOf(`"${field}"`);
  if (!json.startsWith(opening, at) || json.indexOf(`"${field}"`, at + 1) >= 0) return undefined;
  const start = at + opening.length;
  const end = closingQuote(json, start);
  if (end < 0) return undefined;
  const before = json.slice(0, start);
  const after = json.slice(end);
  const isCertain = !before.includes('\\') && !after.includes('\\');
  return isCertain && readLiteral(json, start, end) === delta ? { kind, before, after } : undefined;
}

/**
 * The delta of a text that differs from the template's in the delta alone; undefined for any other,
 * which is then for `JSON.parse`. What this accepts is JSON, because the template was and the
 * delta is checked to be a string literal.
 */
export function readByTemplate(template: PlainTemplate, json: string): string | undefined {
  const { before, after } = template;
  const start = before.length;
  const end = json.length - after.length;
  // Comparing slices is several times as fast as `startsWith` on texts of this length.
  if (end < start || json.slice(0, start) !== before || json.slice(end) !== after) return undefined;
  return readLiteral(json, start, end);
}

/** The text of a string literal between its quotes; undefined where this is none. */
function readLiteral(json: string, start: number, end: number): string | undefined {
  let isEscaped = false;
  for (let index = start; index < end; index++) {
    const code = json.charCodeAt(index);
    if (code === quote || code < 32) return undefined;
    if (code === backslash) {
      isEscaped = true;
      index += 1;
      if (index === end) return undefined;
    }
  }
  if (!isEscaped) return json.slice(start, end);
  try {
    return JSON.parse(json.slice(start - 1, end + 1));
  } catch {
    return undefined;
  }
}

function closingQuote(json: string, start: number): number {
  for (let index = start; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (code === quote) return index;
    if (code === backslash) index += 1;
  }
  return -1;
}
