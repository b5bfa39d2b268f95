import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';

/** As much as the host takes of a body. */
const maxBytes = 8 * 1024 * 1024;

/**
 * A message: the arguments, or standard input where they are `-`, or absent with input piped in.
 * The last line end of the input is not part of it.
 */
export async function readText(io: Io, words: readonly string[], usage: string): Promise<string> {
  const isInput = words.length === 0 ? io.stdin.isTTY !== true : words.join(' ') === '-';
  const text = isInput ? (await readAll(io)).replace(/\r?\n$/, '') : words.join(' ');
  if (text !== '') return text;
  throw usageError('There is no message.', `Usage: dispatch ${usage}`);
}

async function readAll(io: Io): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of io.stdin) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > maxBytes) throw usageError('The message is larger than 8 MiB.');
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}
