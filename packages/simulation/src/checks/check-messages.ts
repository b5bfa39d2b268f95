import type { ConversationInspection } from '@dispatch/contracts';
import type { SentMessage } from '../model/sent-message.ts';
import type { Committed, Ended } from './ended.ts';

/** Each acknowledged message once, in a turn that is sealed; each other at most once. */
export function checkMessages(
  ended: Ended,
  conversationId: string,
  sent: readonly SentMessage[],
  history: readonly Committed[],
  inspection: ConversationInspection | undefined,
): void {
  const found = Map.groupBy(
    history.filter(({ role, chunk }) => role === 'user' && chunk.type === 'text'),
    ({ chunk }) => chunk.text ?? '',
  );
  const { world } = ended;
  const removals = ended.sent.deletions.filter((one) => one.conversationId === conversationId);
  const turnIds = new Set(inspection?.turns.map(({ turnId }) => turnId));
  for (const message of sent) {
    const { text, state, removal, settledAt = 0 } = message;
    const chunks = found.get(text) ?? [];
    found.delete(text);
    const count = chunks.length;
    const say = (rule: string) =>
      world.violated(
        rule,
        `${text} (${message.kind}, ${state}, ${removal ?? 'kept'}) is there ${count} times`,
      );
    if (count > 1) say('message-once');
    if (state === 'refused' && count > 0) say('refused-message-absent');
    if (removal === 'done' && count > 0) say('taken-back-message-absent');
    const isDeleted = removals.some(({ askedAt, isAnswered }) => isAnswered && settledAt < askedAt);
    if (state === 'acknowledged' && isDeleted && count > 0) say('deleted-message-absent');
    if (state !== 'acknowledged' || removal !== undefined || removals.length > 0) continue;
    if (count !== 1) say('acknowledged-message-kept');
    if (message.hasImage) checkImage(ended, text, chunks[0], history);
    const turnId = message.turnId;
    if (turnId === undefined || chunks[0] === undefined) continue;
    if (chunks[0].turnId !== turnId || !turnIds.has(turnId)) {
      world.violated('message-in-its-turn', `${text} is in ${chunks[0].turnId}, not in ${turnId}`);
    }
  }
  for (const [text] of found)
    world.violated('message-known', `nobody sent ${JSON.stringify(text)}`);
}

/** The image behind an acknowledged message is there, with its bytes. */
function checkImage(
  { world, database }: Ended,
  text: string,
  chunk: Committed | undefined,
  history: readonly Committed[],
): void {
  const image = history.find(({ seq }) => seq === (chunk?.seq ?? 0) + 1)?.chunk;
  const size = database.sizeOfBlob(image?.attachmentId ?? '');
  if (image?.type !== 'attachment' || size === undefined) {
    world.violated('acknowledged-image-kept', `the image of ${text} is ${JSON.stringify(image)}`);
  }
}

/**
 * A message that was acknowledged before another was sent comes before it; not where it went with its
 * conversation while a try of it was on its way still, which may have written it anew.
 */
export function checkOrder(
  { world, sent: { deletions } }: Ended,
  sent: readonly SentMessage[],
  history: readonly Committed[],
): void {
  const seqs = new Map(
    history.filter(({ role }) => role === 'user').map(({ seq, chunk }) => [chunk.text, seq]),
  );
  for (const earlier of sent) {
    const { conversationId, settledAt = 0 } = earlier;
    const mayBeAnew = deletions.some(
      (one) => one.conversationId === conversationId && one.askedAt <= settledAt,
    );
    if (mayBeAnew) continue;
    for (const later of sent) {
      if (earlier.kind !== later.kind || earlier.acknowledgedAt === undefined) continue;
      if (earlier.acknowledgedAt >= later.sentAt) continue;
      const first = seqs.get(earlier.text);
      const second = seqs.get(later.text);
      if (first === undefined || second === undefined || first < second) continue;
      world.violated('messages-in-order', `${later.text} came before ${earlier.text}`);
    }
  }
}
