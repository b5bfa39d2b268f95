import type { ServerResponse } from 'node:http';
import type { Logger } from '@dispatch/kernel';
import { drained } from './drained.ts';

/**
 * Writes a body piece by piece, the next one when the socket has taken those before: a reader costs
 * no more than one and the socket's buffer. The head is written already, so where a piece can not be
 * had the connection is broken off. Never rejects.
 */
export async function writePieces(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array>,
  logger: Logger,
): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return;
      if (!response.write(piece)) await drained(response);
      if (response.destroyed) return;
    }
    response.end();
  } catch (error) {
    logger.warn('An answer broke off in its middle.', { error: String(error) });
    response.destroy();
  }
}
