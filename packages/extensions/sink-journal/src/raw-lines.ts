import { open } from 'node:fs/promises';

const blockBytes = 64 * 1024;
const lineEnd = 0x0a;

/**
 * A file's lines as they are, their ends included, some at a time: the last may have none. Nothing
 * where there is no file. Splits at `\n` alone: other line ends of Unicode may stand in a record's
 * texts. Holds one block and the line that is under way.
 */
export async function* readRawLines(path: string): AsyncGenerator<readonly Buffer[], void> {
  const handle = await open(path, 'r').catch(unlessMissing);
  if (handle === undefined) return;
  try {
    let pieces: Buffer[] = [];
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(blockBytes));
      if (bytesRead === 0) break;
      const block = buffer.subarray(0, bytesRead);
      const lines: Buffer[] = [];
      let begin = 0;
      for (let end = block.indexOf(lineEnd); end >= 0; end = block.indexOf(lineEnd, begin)) {
        const rest = block.subarray(begin, end + 1);
        lines.push(pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]));
        pieces = [];
        begin = end + 1;
      }
      if (begin < bytesRead) pieces.push(block.subarray(begin));
      yield lines;
    }
    if (pieces.length > 0) yield [Buffer.concat(pieces)];
  } finally {
    await handle.close();
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
