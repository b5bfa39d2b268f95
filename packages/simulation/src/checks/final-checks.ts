import type { ConversationInspection } from '@dispatch/contracts';
import { checkEnd } from './check-causes.ts';
import { checkConsents } from './check-consents.ts';
import { checkEffects } from './check-effects.ts';
import { checkMessages, checkOrder } from './check-messages.ts';
import { checkAllTold, checkTold } from './check-told.ts';
import type { Committed, Ended } from './ended.ts';

/** Holds what is there at the end against what clients were told and what tools did. */
export function checkTheEnd(ended: Ended): void {
  checkForks(ended);
  checkConsents(ended);
  for (const conversationId of ended.audiences.keys()) {
    const inspection = ended.database.inspect(conversationId);
    ended.world.checks += 1;
    const history = (inspection?.chunks ?? []).map(({ json, seq, turnId, role }): Committed => {
      const read = ended.watch.readChunk(json);
      return { seq, turnId, role, chunk: read.ok ? read.chunk : JSON.parse(json) };
    });
    const sent = ended.sent.all.filter((one) => one.conversationId === conversationId);
    if (inspection !== undefined) {
      ended.watch.check(inspection);
      checkTurns(ended, inspection, history);
    }
    checkMessages(ended, conversationId, sent, history, inspection);
    checkOrder(ended, sent, history);
    checkEffects(ended, history);
    if (ended.sent.isDeleted(conversationId)) continue;
    const { followers = [], readers = [] } = ended.audiences.get(conversationId) ?? {};
    for (const mirror of [...followers, ...readers]) checkTold(ended, mirror, inspection);
    for (const mirror of followers) checkAllTold(ended, mirror, history);
  }
}

function checkTurns(
  ended: Ended,
  { turns, queue }: ConversationInspection,
  history: readonly Committed[],
): void {
  const { world, sent, watch, abortReachesMs } = ended;
  for (const { turnId, state, end } of turns) {
    if (state !== 'sealed' || end === undefined) {
      world.violated('turn-sealed', `${turnId} still runs`);
      continue;
    }
    const { finishReason } = end;
    const errorCode = history.findLast(
      ({ chunk, ...one }) => one.turnId === turnId && chunk.type === 'error',
    )?.chunk.code;
    checkEnd(world, sent, { turnId, finishReason, errorCode });
    const abortedAt = sent.aborts.get(turnId);
    if (abortedAt === undefined) continue;
    // Who takes it over knows of the abort at once.
    const takenOverAt = watch.takenOverAfter(turnId, abortedAt);
    const reachedAt = Math.min(abortedAt + abortReachesMs, takenOverAt);
    const later = watch.commitsAfter(turnId, reachedAt);
    if (later > 1) world.violated('abort-stops', `${turnId} went on for ${later} steps`);
  }
  if (queue.length > 0) world.violated('queue-delivered', `${queue.length} messages still wait`);
}

/** A fork has what its source had, up to where it was cut. */
function checkForks({ world, sent, database }: Ended): void {
  for (const { conversationId, newConversationId, lastSeq } of sent.forks) {
    const fork = database.inspect(newConversationId);
    const texts = fork?.chunks.map(({ json }) => json).join();
    if (fork?.chunks.length !== lastSeq) {
      const found = `${fork?.chunks.length} chunks of ${lastSeq}`;
      world.violated('fork-is-there', `${newConversationId} of ${conversationId} has ${found}`);
    }
    if (sent.isDeleted(conversationId)) continue;
    const source = database.inspect(conversationId)?.chunks.slice(0, lastSeq);
    if (texts === source?.map(({ json }) => json).join()) continue;
    world.violated('fork-is-prefix', `${newConversationId} of ${conversationId}`);
  }
}
