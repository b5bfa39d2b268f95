/** Reads the fields of a message of the SSH protocol (RFC 4251, section 5) in their order. Throws where there are none left. */
export class FieldReader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  byte(): number {
    this.at += 1;
    return this.bytes.readUInt8(this.at - 1);
  }

  uint32(): number {
    this.at += 4;
    return this.bytes.readUInt32BE(this.at - 4);
  }

  /** Not a copy. */
  string(): Buffer {
    const length = this.uint32();
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('a string is cut off');
    return this.bytes.subarray(this.at - length, this.at);
  }
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function string(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** A frame: its length, then what it holds. */
export function frame(...fields: readonly Uint8Array[]): Buffer {
  const length = fields.reduce((sum, field) => sum + field.length, 0);
  return Buffer.concat([uint32(length), ...fields]);
}

/** Puts frames together out of what a socket gives. Throws where one is longer than `most` bytes. */
export function createFrameReader(most: number): (bytes: Buffer) => readonly Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const frames: Buffer[] = [];
    while (rest.length >= 4) {
      const end = 4 + rest.readUInt32BE(0);
      if (end > most) throw new RangeError(`a frame of ${end} bytes is too long`);
      if (rest.length < end) break;
      frames.push(rest.subarray(4, end));
      rest = rest.subarray(end);
    }
    return frames;
  };
}
