/** Makes text of bytes that come in pieces: a character that a piece cuts waits for its rest. */
export class CharacterDecoder {
  #pending: Buffer = Buffer.alloc(0);

  write(bytes: Uint8Array): string {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const all = this.#pending.length === 0 ? view : Buffer.concat([this.#pending, view]);
    const end = wholeLength(all);
    // A copy: what was read is let go.
    this.#pending = Buffer.from(all.subarray(end));
    return all.toString('utf8', 0, end);
  }

  /** Bytes that begin a character, and were told to nobody yet; at most three. */
  get pending(): Uint8Array {
    return this.#pending;
  }
}

/** Bytes up to a UTF-8 character that the end cuts; all of them where it cuts none. Pure. */
export function wholeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return width > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
