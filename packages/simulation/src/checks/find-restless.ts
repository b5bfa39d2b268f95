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
    const inspection = database.inspect(conversationId);
    if (inspection === undefined) continue;
    const { conversation, queue } = inspection;
    if (conversation.status !== 'idle') return `the last turn of ${conversationId} still runs`;
    if (queue.length > 0) return `${queue.length} messages wait in ${conversationId}`;
    if (sent.isDeleted(conversationId)) continue;
    for (const { name, seq } of followers) {
      if (seq !== conversation.lastSeq)
        return `${name} stands at ${seq} of ${conversation.lastSeq}`;
    }
  }
  return undefined;
}
