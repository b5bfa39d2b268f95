import { watchSilence } from '../silence-watch.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * The bytes of an answer's body. Rejects where it is cut off, or nothing of it comes for `silenceMs`;
 * a slow one may take as long as it needs.
 */
export async function readBody(
  response: Response,
  surroundings: Pick<Surroundings, 'now' | 'sleep'>,
  silenceMs: number,
): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  let isSilent = false;
  const silence = watchSilence(surroundings, [silenceMs], () => {
    isSilent = true;
    reader.cancel().catch(() => {});
  });
  try {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (isSilent) throw new Error('The answer stopped in the middle.');
      if (done) return join(pieces);
      silence.touch();
      pieces.push(value);
    }
  } finally {
    silence.stop();
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
