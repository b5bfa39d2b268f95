interface Position {
  readonly line: number;
  readonly column: number;
}

const token =
  /[\t\n\r ]*(?:("(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/uy;

/**
 * Where a text stops being JSON (RFC 8259): the first token that can not stand where it does, or
 * the end. For texts that `JSON.parse` has refused; it does not always say where.
 */
export function jsonErrorPosition(text: string): Position {
  const open: string[] = [];
  let expected: 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'after' = 'value';
  let index = 0;
  for (;;) {
    token.lastIndex = index;
    const match = token.exec(text);
    const start =
      match === null ? index + blanksAt(text, index) : match.index + blanksAt(text, match.index);
    if (match === null) return positionAt(text, start);
    const [, string, scalar, mark] = match;
    const inObject = open.at(-1) === '{';
    const wantsValue = expected === 'value' || expected === 'value-or-close';
    const wantsKey = expected === 'key' || expected === 'key-or-close';
    if (string !== undefined && wantsKey) expected = 'colon';
    else if ((string ?? scalar) !== undefined && wantsValue) expected = 'after';
    else if (mark === '{' && wantsValue) {
      open.push(mark);
      expected = 'key-or-close';
    } else if (mark === '[' && wantsValue) {
      open.push(mark);
      expected = 'value-or-close';
    } else if (mark === ':' && expected === 'colon') expected = 'value';
    else if (mark === ',' && expected === 'after' && open.length > 0) {
      expected = inObject ? 'key' : 'value';
    } else if (mark === '}' && inObject && (expected === 'after' || expected === 'key-or-close')) {
      open.pop();
      expected = 'after';
    } else if (
      mark === ']' &&
      open.at(-1) === '[' &&
      (expected === 'after' || expected === 'value-or-close')
    ) {
      open.pop();
      expected = 'after';
    } else return positionAt(text, start);
    index = token.lastIndex;
  }
}

function blanksAt(text: string, index: number): number {
  const rest = text.slice(index);
  return rest.length - rest.trimStart().length;
}

function positionAt(text: string, index: number): Position {
  const lines = text.slice(0, index).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
