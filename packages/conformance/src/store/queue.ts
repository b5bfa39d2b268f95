import { describe, expect, it } from 'vitest';
import {
  chunkTexts,
  codeOf,
  type GetFixture,
  mustStart,
  queueRecord,
  sealedTurn,
  startedTurn,
  startRecord,
  stepRecord,
  textChunk,
  turnEnd,
  uniqueId,
} from './fixture.ts';

export function queueSuite(fixture: GetFixture): void {
  describe('the queue', () => {
    it('keeps messages in order and says where each stands', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      const first = queueRecord(conversationId, 'one', { create: { model: 'a/b' }, at: 10 });
      const answer = { position: 1, isRepeated: false, isIdle: true };
      expect(await store.enqueue(first)).toEqual({ queueId: first.queueId, ...answer });
      const second = queueRecord(conversationId, 'two', { at: 20 });
      expect(await store.enqueue(second)).toMatchObject({ position: 2 });
      expect(await store.listQueue(conversationId)).toEqual(
        [first, second].map(({ queueId, messageJson, chunks, at }) => ({
          queueId,
          messageJson,
          chunks,
          createdAt: at,
        })),
      );
      expect(await store.readConversation(conversationId)).toMatchObject({
        model: 'a/b',
        status: 'idle',
        lastSeq: 0,
      });
    });

    it('refuses a conversation that does not exist and may not be created', async () => {
      const { store } = fixture();
      const { create: _, ...record } = queueRecord(uniqueId('conversation'), 'x');
      expect(await codeOf(store.enqueue(record))).toBe('conversation-not-found');
      expect(await codeOf(store.listQueue(record.conversationId))).toBe('conversation-not-found');
    });

    it('tells whether a turn runs', async () => {
      const { store } = fixture();
      const { conversationId } = await startedTurn(store);
      const result = await store.enqueue(queueRecord(conversationId, 'x'));
      expect(result.isIdle).toBe(false);
    });

    it('is full at its limit, whoever races', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      const codes = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          codeOf(store.enqueue(queueRecord(conversationId, `m${i}`, { limit: 5 }))),
        ),
      );
      expect(codes.filter((code) => code === 'resolved')).toHaveLength(5);
      expect(codes.filter((code) => code === 'queue-full')).toHaveLength(7);
      expect(await store.listQueue(conversationId)).toHaveLength(5);
    });

    it('repeats the first answer to the same key, until it is dropped', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      await store.enqueue(queueRecord(conversationId, 'before'));
      const changes = { idempotencyKey: 'key\u0000', at: 100 };
      const first = await store.enqueue(queueRecord(conversationId, 'once', changes));
      const again = () => store.enqueue(queueRecord(conversationId, 'once', changes));
      expect(await again()).toEqual({ ...first, isRepeated: true });
      await store.removeQueued(conversationId, first.queueId);
      expect(await again()).toMatchObject({
        queueId: first.queueId,
        position: 2,
        isRepeated: true,
      });
      expect(await store.listQueue(conversationId)).toHaveLength(1);
      await store.dropIdempotencyKeys(101);
      expect(await again()).toMatchObject({ isRepeated: false });
    });

    it('queues once for one key, whoever races, and tells its keys from those of turns', async () => {
      const { store } = fixture();
      const { conversationId } = await startedTurn(store, { idempotencyKey: 'k' });
      const results = await Promise.all(
        Array.from({ length: 10 }, () =>
          store.enqueue(queueRecord(conversationId, 'x', { idempotencyKey: 'k' })),
        ),
      );
      expect(results.filter((result) => !result.isRepeated)).toHaveLength(1);
      expect(new Set(results.map((result) => result.queueId)).size).toBe(1);
      expect(await store.listQueue(conversationId)).toHaveLength(1);
    });

    it('answers a message that is queued again, as it did first', async () => {
      const { store } = fixture();
      const record = queueRecord(uniqueId('conversation'), 'x', { idempotencyKey: 'k' });
      const first = await store.enqueue(record);
      expect(await store.enqueue(record)).toEqual(first);
      const { idempotencyKey: _, ...plain } = queueRecord(record.conversationId, 'y');
      const second = await store.enqueue(plain);
      expect(await store.enqueue(plain)).toEqual(second);
      expect(await store.listQueue(record.conversationId)).toHaveLength(2);
    });

    it('gives a message back once, and not after it was delivered', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      const one = await store.enqueue(queueRecord(conversationId, 'one'));
      const two = await store.enqueue(queueRecord(conversationId, 'two'));
      const removals = await Promise.all(
        Array.from({ length: 5 }, () => store.removeQueued(conversationId, one.queueId)),
      );
      expect(removals.filter(Boolean)).toHaveLength(1);
      const { messages } = await store.commitSteering(lease, 1, 7);
      expect(messages.map((message) => message.queueId)).toEqual([two.queueId]);
      expect(await store.removeQueued(conversationId, two.queueId)).toBe(false);
      expect(await store.removeQueued(conversationId, 'never')).toBe(false);
      expect(await store.removeQueued(uniqueId('conversation'), 'never')).toBe(false);
    });

    it('delivers each message once when it is taken, given back and added at the same time', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      const ids: string[] = [];
      for (let i = 0; i < 8; i += 1) {
        ids.push((await store.enqueue(queueRecord(conversationId, `m${i}`))).queueId);
      }
      const [removed, steered] = await Promise.all([
        Promise.all(ids.map((id) => store.removeQueued(conversationId, id))),
        store.commitSteering(lease, 1, 7),
        Promise.all(
          Array.from({ length: 4 }, (_, i) => store.enqueue(queueRecord(conversationId, `n${i}`))),
        ),
      ]);
      const left = await store.listQueue(conversationId);
      expect(removed.filter(Boolean).length + steered.messages.length + left.length).toBe(12);
      expect(await chunkTexts(store, conversationId)).toHaveLength(1 + steered.messages.length);
      expect((await store.readConversation(conversationId))?.lastSeq).toBe(
        1 + steered.messages.length,
      );
    });
  });

  describe('taking the queue', () => {
    it('makes all of it chunks of the running turn, and remembers the event that tells it', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      expect(await store.commitSteering(lease, 5000, 3)).toEqual({ messages: [], lastSeq: 1 });
      expect((await store.readTurn(conversationId, turnId))?.eventNumber).toBe(0);
      const two = [textChunk('b'), textChunk('c')];
      await store.enqueue(queueRecord(conversationId, 'a', { at: 1 }));
      await store.enqueue(queueRecord(conversationId, 'bc', { chunks: two, at: 2 }));
      const waiting = await store.listQueue(conversationId);
      const taken = await store.commitSteering(lease, 5000, 3);
      expect(taken).toEqual({ messages: waiting, lastSeq: 4 });
      expect(await store.commitSteering(lease, 5000, 3), 'made again').toEqual(taken);
      expect(await store.commitSteering(lease, 5000, 4)).toEqual({ messages: [], lastSeq: 4 });
      expect(await chunkTexts(store, conversationId)).toEqual(['hello', 'a', 'b', 'c']);
      expect(await store.readTurn(conversationId, turnId)).toMatchObject({ eventNumber: 3 });
      expect(await store.listQueue(conversationId)).toEqual([]);
      expect(await store.commitStep(stepRecord(lease, 0))).toEqual({
        lastSeq: 5,
        hasQueued: false,
      });
    });

    it('starts one next turn with all that was left, in order', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      for (const text of ['one', 'two']) await store.enqueue(queueRecord(conversationId, text));
      expect(await store.listStrandedQueues(1000)).not.toContain(conversationId);
      const sealed = await store.commitStep(stepRecord(lease, 0, { end: turnEnd }));
      expect(sealed.hasQueued).toBe(true);
      expect(await store.listStrandedQueues(1000)).toContain(conversationId);
      const waiting = await store.listQueue(conversationId);
      const next = () =>
        store.startTurn(startRecord(conversationId, { chunks: [], takeQueue: true }));
      const results = await Promise.all([next(), next(), next()]);
      const started = results.filter((result) => result.outcome === 'started');
      expect(started).toEqual([
        { outcome: 'started', epoch: 1, previousSeq: 2, lastSeq: 4, taken: waiting },
      ]);
      expect(await chunkTexts(store, conversationId)).toEqual(['hello', 'step 0', 'one', 'two']);
      expect(await store.listStrandedQueues(1000)).not.toContain(conversationId);
    });

    it('puts a message before what waited, and leaves the queue alone where it is not asked for', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      await store.enqueue(queueRecord(conversationId, 'waited'));
      const lease = await startedTurn(store, { conversationId });
      expect(await store.listQueue(conversationId)).toHaveLength(1);
      await sealedTurn(store, lease);
      const record = startRecord(conversationId, { chunks: [textChunk('new')], takeQueue: true });
      mustStart(await store.startTurn(record));
      expect(await chunkTexts(store, conversationId)).toEqual(['hello', 'new', 'waited']);
    });

    it('starts nothing where nothing waits', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      const record = startRecord(conversationId, { chunks: [], takeQueue: true });
      expect(await store.startTurn(record)).toEqual({ outcome: 'nothing-queued' });
      expect(await store.readConversation(conversationId)).toBeUndefined();
      await sealedTurn(store, await startedTurn(store, { conversationId }));
      expect(await store.startTurn(record)).toEqual({ outcome: 'nothing-queued' });
      expect((await store.readConversation(conversationId))?.status).toBe('idle');
    });
  });
}
