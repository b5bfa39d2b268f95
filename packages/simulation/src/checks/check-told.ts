import type { ConversationInspection } from '@dispatch/contracts';
import { compareWithHistory } from '@dispatch/invariants';
import type { Mirror } from '../clients/mirror.ts';
import type { Committed, Ended } from './ended.ts';

/** What a client was told is what was committed. */
export function checkTold(
  { world, watch }: Ended,
  { name, checker }: Mirror,
  inspection: ConversationInspection | undefined,
): void {
  const { chunks = [] } = inspection ?? {};
  for (const { message, code } of compareWithHistory(checker, chunks, watch.readChunk)) {
    world.violated(`stream:${code}`, `${name}: ${message}`);
  }
}

/** What was committed a follower was told. */
export function checkAllTold(
  { world }: Ended,
  mirror: Mirror,
  history: readonly Committed[],
): void {
  const { name, covered, messages, starts, fromSeq = Number.POSITIVE_INFINITY } = mirror;
  for (const { chunk, seq, turnId, role } of history) {
    if (seq <= fromSeq) continue;
    const isTold =
      role === 'user'
        ? chunk.type !== 'text' ||
          messages.has(chunk.text ?? '') ||
          seq <= (starts.get(turnId) ?? 0)
        : chunk.stepId === undefined || covered.has(chunk.stepId);
    if (isTold) continue;
    world.violated('told-all', `${name} was never told of ${chunk.stepId ?? chunk.text}`);
    return;
  }
}
