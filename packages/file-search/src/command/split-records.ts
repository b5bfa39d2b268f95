/** Cuts what comes in pieces into records, each with an end of its own. */
export interface RecordSplitter {
  /** The records that are whole now. */
  push(bytes: Uint8Array): string[];
  /** What came behind the last record that was whole. */
  rest(): string;
}

/**
 * Records that end with U+0000, as strings of one character a byte: names need not be UTF-8, and
 * must come back to the computer as they were. Holds one record that is not whole, at most
 * `maxBytes` of it: beyond that its beginning is dropped.
 */
export function createRecordSplitter(maxBytes = 16 * 1024 * 1024): RecordSplitter {
  let rest = '';
  return {
    push(bytes) {
      const records = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        .toString('latin1')
        .split('\0');
      records[0] = rest + records[0];
      rest = (records.pop() ?? '').slice(-maxBytes);
      return records;
    },
    rest: () => rest,
  };
}
