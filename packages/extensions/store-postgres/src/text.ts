/**
 * PostgreSQL's `text` can not hold U+0000. In columns that are not JSON it is written as U+0001
 * U+0001, and U+0001 as U+0001 U+0002: one character at a time, so that order and prefixes stay.
 */
export function encodeText(text: string): string {
  if (!text.includes('\u0000') && !text.includes('\u0001')) return text;
  return text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
}

export function decodeText(text: string): string {
  if (!text.includes('\u0001')) return text;
  return text.replaceAll('\u0001\u0001', '\u0000').replaceAll('\u0001\u0002', '\u0001');
}

/** A list of texts as PostgreSQL reads it: for `$1::text[]`. */
export function arrayLiteral(texts: readonly (string | undefined)[]): string {
  return `{${texts.map(arrayElement).join(',')}}`;
}

function arrayElement(text: string | undefined): string {
  return text === undefined ? 'null' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
