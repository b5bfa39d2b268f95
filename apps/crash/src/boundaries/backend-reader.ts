/** What a server sends, cut behind each `ReadyForQuery`: there one statement's answer ends. */
export interface BackendPart {
  readonly bytes: Buffer;
  readonly isEnd: boolean;
}

const ready = 'Z'.charCodeAt(0);

/** Give it the bytes in order. Whole messages come out, those of one answer together as far as they are there. */
export function createBackendReader(): (bytes: Buffer) => readonly BackendPart[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const parts: BackendPart[] = [];
    let end = 0;
    while (rest.length >= end + 5) {
      const next = end + 1 + rest.readInt32BE(end + 1);
      if (rest.length < next) break;
      const isEnd = rest[end] === ready;
      end = next;
      if (!isEnd) continue;
      parts.push({ bytes: rest.subarray(0, end), isEnd });
      rest = rest.subarray(end);
      end = 0;
    }
    if (end > 0) parts.push({ bytes: rest.subarray(0, end), isEnd: false });
    rest = rest.subarray(end);
    return parts;
  };
}
