import { describe, expect, it } from 'vitest';
import {
  chunkTexts,
  codeOf,
  type GetFixture,
  queueRecord,
  sealedTurn,
  startedTurn,
  startRecord,
  stepRecord,
  uniqueId,
} from './fixture.ts';

/** Long before all else that the tests of this suite write: nobody else's conversations are old enough. */
const longAgo = -1_000_000;

export function idleSuite(fixture: GetFixture): void {
  const idleSince = async (at: number): Promise<string> => {
    const { store } = fixture();
    const lease = await startedTurn(store, { at });
    await store.sealTurn({
      lease,
      chunks: [],
      eventNumber: 1,
      end: { finishReason: 'stop', durationMs: 1 },
      at,
    });
    return lease.conversationId;
  };

  describe('deleting idle conversations', () => {
    it('takes the oldest first, up to the limit, and none that is younger', async () => {
      const { store } = fixture();
      const third = await idleSince(longAgo + 3);
      const first = await idleSince(longAgo + 1);
      const second = await idleSince(longAgo + 2);
      expect(await store.deleteIdleConversations(longAgo + 1, 10)).toEqual([]);
      expect(await store.deleteIdleConversations(longAgo + 10, 2)).toEqual([first, second]);
      expect(await store.readConversation(first)).toBeUndefined();
      expect(await store.readConversation(third)).toBeDefined();
      expect(await store.deleteIdleConversations(longAgo + 3, 10)).toEqual([]);
      expect(await store.deleteIdleConversations(longAgo + 10, 10)).toEqual([third]);
    });

    it('leaves those in which a turn runs or a message waits', async () => {
      const { store } = fixture();
      const running = await startedTurn(store, { at: longAgo });
      const waiting = uniqueId('conversation');
      await store.enqueue(queueRecord(waiting, 'waits', { at: longAgo }));
      expect(await store.deleteIdleConversations(longAgo + 10, 10)).toEqual([]);
      expect(await codeOf(store.commitStep(stepRecord(running, 0)))).toBe('resolved');
      expect(await store.listQueue(waiting)).toHaveLength(1);
      await store.deleteConversation(waiting);
    });

    it('takes everything of them', async () => {
      const { store, records, blobs } = fixture();
      const conversationId = await idleSince(longAgo);
      const namespace = uniqueId('namespace');
      await records.write({ namespace, key: 'own', json: '1', conversationId });
      const blobId = uniqueId('blob');
      const bytes = new Uint8Array([1]);
      await blobs.put({ blobId, conversationId, mediaType: 'text/plain', bytes, at: 1 });
      const before = await store.startTurn(
        startRecord(conversationId, { idempotencyKey: 'k', at: longAgo }),
      );
      expect(before.outcome).toBe('started');
      const { turnId = '' } = (await store.readLastTurn(conversationId)) ?? {};
      await store.sealTurn({
        lease: { conversationId, turnId, epoch: 1 },
        chunks: [],
        eventNumber: 1,
        end: { finishReason: 'stop', durationMs: 1 },
        at: longAgo,
      });
      expect(await store.deleteIdleConversations(longAgo + 10, 10)).toEqual([conversationId]);
      expect(await records.read(namespace, 'own')).toBeUndefined();
      expect(await blobs.describe(blobId)).toBeUndefined();
      const next = await startedTurn(store, { conversationId, idempotencyKey: 'k' });
      expect(await chunkTexts(store, conversationId)).toEqual(['hello']);
      expect(await store.readTurnMetrics(conversationId)).toHaveLength(1);
      await sealedTurn(store, next);
    });

    it('takes each once, whoever races', async () => {
      const { store } = fixture();
      const ids: string[] = [];
      for (let i = 0; i < 12; i += 1) ids.push(await idleSince(longAgo + i));
      const taken: string[] = [];
      // Who finds rows locked leaves them to the other: only a round that finds none is the last.
      for (;;) {
        const rounds = await Promise.all(
          [1, 2, 3].map(() => store.deleteIdleConversations(longAgo + 100, 3)),
        );
        if (rounds.flat().length === 0) break;
        taken.push(...rounds.flat());
      }
      expect(taken.sort()).toEqual(ids);
    });

    it('races with a start or a message: it is gone before, or it stays', async () => {
      const { store } = fixture();
      for (let i = 0; i < 10; i += 1) {
        const conversationId = await idleSince(longAgo);
        const { create: _start, ...start } = startRecord(conversationId);
        const { create: _queue, ...message } = queueRecord(conversationId, 'races');
        const [deleted, arrived] = await Promise.all([
          store.deleteIdleConversations(longAgo + 10, 10),
          codeOf(i % 2 === 0 ? store.startTurn(start) : store.enqueue(message)),
        ]);
        expect(arrived).toBe(deleted.length === 0 ? 'resolved' : 'conversation-not-found');
        const isThere = (await store.readConversation(conversationId)) !== undefined;
        expect(isThere).toBe(deleted.length === 0);
        if (!isThere) continue;
        expect(await chunkTexts(store, conversationId)).toHaveLength(i % 2 === 0 ? 2 : 1);
        expect(await store.listQueue(conversationId)).toHaveLength(i % 2);
      }
    });
  });
}
