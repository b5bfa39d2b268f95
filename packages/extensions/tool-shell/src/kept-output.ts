import { wholeLength } from './character-decoder.ts';

/** What stands between the start and the end of an output that was too long to keep. */
const describeGap = (bytes: number) => `\n[… ${bytes} bytes left out …]\n`;

/**
 * Keeps the start and the end of a text that may never end, in at most `maxBytes` bytes of memory:
 * the first half as it came, the rest in a ring.
 */
export class KeptOutput {
  readonly #half: number;
  #head: Buffer;
  #headLength = 0;
  /** Allocated when the first half is full. */
  #ring: Buffer | undefined;
  /** Bytes that ever went into the ring. */
  #ringTotal = 0;

  constructor(maxBytes: number) {
    this.#half = Math.max(4, Math.floor(maxBytes / 2));
    this.#head = Buffer.allocUnsafe(Math.min(this.#half, 4096));
  }

  append(text: string): void {
    if (text === '') return;
    const bytes = Buffer.from(text, 'utf8');
    const room = this.#half - this.#headLength;
    const toHead = Math.min(room, bytes.length);
    if (toHead > 0) this.#appendHead(bytes.subarray(0, toHead));
    if (toHead < bytes.length) this.#appendRing(bytes.subarray(toHead));
  }

  /** What was kept, with a note where something was left out. */
  toString(): string {
    const head = this.#head.subarray(0, this.#headLength);
    const ring = this.#ring;
    if (ring === undefined) return head.toString('utf8');
    if (this.#ringTotal <= ring.length) {
      return Buffer.concat([head, ring.subarray(0, this.#ringTotal)]).toString('utf8');
    }
    const oldest = this.#ringTotal % ring.length;
    const tail = Buffer.concat([ring.subarray(oldest), ring.subarray(0, oldest)]);
    const from = skipContinuation(tail);
    const to = wholeLength(head);
    const gap = this.#ringTotal - ring.length + from + (head.length - to);
    return `${head.toString('utf8', 0, to)}${describeGap(gap)}${tail.toString('utf8', from)}`;
  }

  #appendHead(bytes: Buffer): void {
    const needed = this.#headLength + bytes.length;
    if (needed > this.#head.length) {
      const grown = Buffer.allocUnsafe(
        Math.min(this.#half, Math.max(needed, this.#head.length * 2)),
      );
      this.#head.copy(grown, 0, 0, this.#headLength);
      this.#head = grown;
    }
    bytes.copy(this.#head, this.#headLength);
    this.#headLength = needed;
  }

  #appendRing(bytes: Buffer): void {
    this.#ring ??= Buffer.allocUnsafe(this.#half);
    const ring = this.#ring;
    const kept = bytes.subarray(Math.max(0, bytes.length - ring.length));
    this.#ringTotal += bytes.length - kept.length;
    const at = this.#ringTotal % ring.length;
    const first = Math.min(kept.length, ring.length - at);
    kept.copy(ring, at, 0, first);
    kept.copy(ring, 0, first);
    this.#ringTotal += kept.length;
  }
}

/** Where the first whole UTF-8 character begins. Pure. */
function skipContinuation(bytes: Buffer): number {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return from;
}
