import { CodedError, type QueueEntry, type QueueMessageRequest } from '@dispatch/contracts';
import type { UserInput } from '@dispatch/kernel';
import type { Core } from './core.ts';
import { refuseWhileStopping } from './start-turn.ts';
import { keepImages, prepareInput } from './user-input.ts';
import { wellFormed } from './well-formed.ts';

/** So many messages may wait in one conversation (WIRE.md section 4). */
const queueLimit = 100;

/** Contract `Conversations.queueMessage`. */
export async function queueMessage(core: Core, request: QueueMessageRequest) {
  refuseWhileStopping(core);
  const { store, runtime, blobs } = core;
  const { conversationId, message, idempotencyKey } = request;
  const input = await prepareInput(message, blobs, runtime);
  await keepImages(input.images, blobs, runtime);
  return core.actors.use(conversationId, async (actor) => {
    const queued = await store.enqueue({
      conversationId,
      queueId: runtime.newId(),
      create: {},
      messageJson: JSON.stringify(wellFormed(message)),
      chunks: input.chunks,
      blobIds: input.blobIds,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      limit: queueLimit,
      at: runtime.wallNow(),
    });
    actor.mayHaveQueued = true;
    // Where a turn runs, here or elsewhere, whoever seals it sees that a message waits.
    if (queued.isIdle) core.startQueued(conversationId);
    return { queueId: queued.queueId, position: queued.position };
  });
}

export async function listQueue(
  core: Core,
  conversationId: string,
): Promise<readonly QueueEntry[]> {
  const queued = await core.store.listQueue(conversationId);
  return queued.map(({ queueId, messageJson, createdAt }) => {
    // Checked when it was queued.
    const message: UserInput = JSON.parse(messageJson);
    return { queueId, message, createdAt };
  });
}

export async function removeQueued(
  core: Core,
  conversationId: string,
  queueId: string,
): Promise<void> {
  if (await core.store.removeQueued(conversationId, queueId)) return;
  throw new CodedError('queue-item-not-found', {
    message: `No message ${JSON.stringify(queueId)} waits in the queue.`,
    hint: 'It is delivered already, was taken back, or never was.',
  });
}
