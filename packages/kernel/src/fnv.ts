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
  let { high, low } = state;
  let bytes = 0;
  const add = (byte: number) => {
    low = (low ^ byte) >>> 0;
    const product = low * prime;
    const nextLow = product >>> 0;
    high = (Math.imul(high, prime) + (product - nextLow) / 0x1_0000_0000 + (low << 8)) >>> 0;
    low = nextLow;
    bytes += 1;
  };
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      add(unit);
    } else if (unit < 0x800) {
      add(0xc0 | (unit >> 6));
      add(0x80 | (unit & 0x3f));
    } else {
      const point = text.codePointAt(index) ?? 0;
      if (point >= 0x10000) {
        index += 1;
        add(0xf0 | (point >> 18));
        add(0x80 | ((point >> 12) & 0x3f));
      } else {
        const safe = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
        add(0xe0 | (safe >> 12));
        add(0x80 | ((safe >> 6) & 0x3f));
        add(0x80 | (safe & 0x3f));
        continue;
      }
      add(0x80 | ((point >> 6) & 0x3f));
      add(0x80 | (point & 0x3f));
    }
  }
  return { high, low, bytes: state.bytes + bytes };
}

/** 16 hexadecimal digits. */
export function fnvDigest({ high, low }: Fnv): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
