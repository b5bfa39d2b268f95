/** FNV-1a, 64 bit, over UTF-8, that goes on where it stopped. In two halves: no BigInt per byte. */
export interface Fnv {
  readonly high: number;
  readonly low: number;
  /** Bytes taken in so far. */
  readonly bytes: number;
}

export const fnvStart: Fnv = { high: 0xcbf29ce4, low: 0x84222325, bytes: 0 };

/** The low bits of the prime 2^40 + 0x1b3. */
const prime = 0x1b3;

/** Takes a text in. Lone surrogates count as U+FFFD, as an encoder would write them. */
export function fnvAdd(state: Fnv, text: string): Fnv {
  let { high, low, bytes } = state;
  for (let index = 0; index < text.length; index += 1) {
    let point = text.charCodeAt(index);
    let length = 1;
    if (point >= 0x80) {
      point = text.codePointAt(index) ?? 0;
      if (point > 0xffff) index += 1;
      else if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
      length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }
    for (let place = length - 1; place >= 0; place -= 1) {
      const byte =
        length === 1
          ? point
          : place === length - 1
            ? leadOf(length) | (point >> (6 * place))
            : 0x80 | ((point >> (6 * place)) & 0x3f);
      // The product by the prime in two halves of 16 bits, so that it stays among small integers.
      low ^= byte;
      const lower = (low & 0xffff) * prime;
      const upper = (low >>> 16) * prime + (lower >>> 16);
      high = (Math.imul(high, prime) + (upper >>> 16) + (low << 8)) | 0;
      low = (upper << 16) | (lower & 0xffff);
    }
    bytes += length;
  }
  return { high: high >>> 0, low: low >>> 0, bytes };
}

/** The bits that mark the first of so many bytes of UTF-8. */
function leadOf(length: number): number {
  return length === 2 ? 0xc0 : length === 3 ? 0xe0 : 0xf0;
}

/** 16 hexadecimal digits. */
export function fnvDigest({ high, low }: Fnv): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
