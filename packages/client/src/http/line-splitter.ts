/** Longer than any line of the host's, whose whole event log is smaller. In UTF-16 code units. */
const maxLineLength = 64 * 1024 * 1024;

/**
 * Makes whole lines of pieces of bytes, wherever they are cut. Returns the lines that a piece
 * completed, empty ones (heartbeats) included. Throws where a line is longer than any can be.
 */
export function createLineSplitter(): (bytes: Uint8Array) => readonly string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let pending: string[] = [];
  let pendingLength = 0;

  return (bytes) => {
    const lines = decoder.decode(bytes, { stream: true }).split('\n');
    const last = lines.pop() ?? '';
    const [first] = lines;
    if (first !== undefined) {
      lines[0] = pending.join('') + first;
      pending = [];
      pendingLength = 0;
    }
    pending.push(last);
    pendingLength += last.length;
    if (pendingLength > maxLineLength) throw new RangeError('A line has no end.');
    return lines;
  };
}
