import type { CommandStore } from './command-store.ts';
import { pieceBytes, readableFrom } from './output-range.ts';
import type { StoredCommand } from './stored-command.ts';

export interface ReadOutput {
  readonly command: StoredCommand;
  /** Where the bytes begin: behind what was asked for where that is no longer kept. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** A reader that a fast command outruns every time gets nothing; so many tries it has. */
const maxTries = 5;

/** What a command has printed from a byte on, at most `maxBytes`, without a gap. Undefined where it is gone. */
export async function readOutput(
  store: CommandStore,
  commandId: string,
  offset: number | 'newest',
  maxBytes: number,
): Promise<ReadOutput | undefined> {
  for (let tries = 1; ; tries += 1) {
    const found = await store.read(commandId);
    if (found === undefined) return undefined;
    const command = found.stored;
    const asked = offset === 'newest' ? Math.max(0, command.size - maxBytes) : offset;
    const { from, to } = readableFrom(command, asked, maxBytes);
    const bytes = await readRange(store, commandId, from, to);
    if (bytes !== undefined) return { command, offset: from, bytes };
    // The pieces were displaced since the command was read.
    if (tries === maxTries) return { command, offset: from, bytes: Buffer.alloc(0) };
  }
}

async function readRange(store: CommandStore, commandId: string, from: number, to: number) {
  if (from >= to) return Buffer.alloc(0);
  const first = Math.floor(from / pieceBytes);
  const last = Math.floor((to - 1) / pieceBytes);
  const indexes = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  const pieces: Buffer[] = [];
  for (const piece of await Promise.all(indexes.map((n) => store.readPiece(commandId, n)))) {
    if (piece === undefined) return undefined;
    pieces.push(piece);
  }
  const start = first * pieceBytes;
  return Buffer.concat(pieces).subarray(from - start, to - start);
}
