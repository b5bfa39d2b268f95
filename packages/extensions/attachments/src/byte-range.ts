/** Bytes `offset` to `offset + length - 1`; never empty. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The one range that a `Range` header asks for of `size` bytes. Undefined where all is to be given:
 * no header, one of several ranges or of another unit, or beyond the end, as a server may choose
 * (RFC 9110 section 14.2).
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const offset = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return offset < end ? { offset, length: end - offset } : undefined;
}
