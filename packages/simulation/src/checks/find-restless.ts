import type { MemoryDatabase } from '@dispatch/conformance/fakes';
import type { Audience } from '../clients/audience.ts';
import type { SentMessages } from '../model/sent-message.ts';

/** What is still under way, in a sentence; undefined where all is quiet. */
export function findRestless(
  database: MemoryDatabase,
  audiences: ReadonlyMap<string, Audience>,
  sent: SentMessages,
): string | undefined {
  for (const [conversationId, { followers }] of audiences) {
    const conversation = database.peek(conversationId);
    if (conversation === undefined) continue;
    const { running, queue, chunks } = conversation;
    if (running !== undefined) return `the last turn of ${conversationId} still runs`;
    if (queue.length > 0) return `${queue.length} messages wait in ${conversationId}`;
    if (sent.isDeleted(conversationId)) continue;
    for (const { name, seq } of followers) {
      if (seq !== chunks.length) return `${name} stands at ${seq} of ${chunks.length}`;
    }
  }
  return undefined;
}
