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
  textChunk,
  uniqueId,
} from './fixture.ts';

export function startTurnSuite(fixture: GetFixture): void {
  describe('starting a turn', () => {
    it('creates the conversation, commits the message, and keeps what the turn is run with', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      const record = startRecord(conversationId, {
        create: { model: 'a/b', system: 'be brief', workspaceId: 'w', parentId: 'p' },
        settings: { system: 'be brief', maxSteps: 3, sampling: { temperature: 0.5 } },
        origin: 'agent',
        chunks: [textChunk('one'), textChunk('two')],
        at: 1234,
      });
      const result = await store.startTurn(record);
      expect(result).toEqual({
        outcome: 'started',
        epoch: 1,
        previousSeq: 0,
        lastSeq: 2,
        taken: [],
      });
      expect(await store.readConversation(conversationId)).toEqual({
        conversationId,
        model: 'a/b',
        system: 'be brief',
        workspaceId: 'w',
        parentId: 'p',
        status: 'running',
        lastSeq: 2,
        createdAt: 1234,
        updatedAt: 1234,
      });
      const turn = {
        conversationId,
        turnId: record.turnId,
        state: 'running',
        model: 'scripted/play',
        settings: record.settings,
        origin: 'agent',
        owner: 'host-a',
        epoch: 1,
        previousSeq: 0,
        messageSeq: 2,
        stepsCommitted: 0,
        eventNumber: 0,
        startedAt: 1234,
      };
      expect(await store.readTurn(conversationId, record.turnId)).toEqual(turn);
      expect(await store.readLastTurn(conversationId)).toEqual(turn);
      expect(await store.readTurn(conversationId, 'another')).toBeUndefined();
      expect(await store.readLastTurn(uniqueId('conversation'))).toBeUndefined();
    });

    it('refuses a conversation that does not exist and may not be created', async () => {
      const { create: _, ...record } = startRecord(uniqueId('conversation'));
      expect(await codeOf(fixture().store.startTurn(record))).toBe('conversation-not-found');
      expect(await fixture().store.readConversation(record.conversationId)).toBeUndefined();
    });

    it('leaves the settings of a conversation that exists as they are', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store, { create: { model: 'first' } });
      await sealedTurn(store, lease);
      const { conversationId } = lease;
      await startedTurn(store, { conversationId, create: { model: 'second' } });
      expect((await store.readConversation(conversationId))?.model).toBe('first');
    });

    it('goes on from the history where there is no message', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      await sealedTurn(store, lease);
      const { conversationId } = lease;
      const result = mustStart(await store.startTurn(startRecord(conversationId, { chunks: [] })));
      expect(result).toMatchObject({ previousSeq: 1, lastSeq: 1 });
    });

    it('is busy while a turn runs, and names it', async () => {
      const { store } = fixture();
      const { conversationId, turnId } = await startedTurn(store);
      const result = await store.startTurn(startRecord(conversationId));
      expect(result).toEqual({ outcome: 'busy', turnId });
      expect(await chunkTexts(store, conversationId)).toEqual(['hello']);
    });

    it.each([{ create: {} }, { create: undefined }])(
      'runs one turn per conversation, whoever races (%o)',
      async ({ create }) => {
        const { store } = fixture();
        const conversationId = uniqueId('conversation');
        if (create === undefined)
          await sealedTurn(store, await startedTurn(store, { conversationId }));
        const { lastSeq = 0 } = (await store.readConversation(conversationId)) ?? {};
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, i) => {
            const { create: _create, ...record } = startRecord(conversationId);
            const made = create === undefined ? record : { ...record, create };
            return store.startTurn({ ...made, chunks: [textChunk(`racer ${i}`)] });
          }),
        );
        const started = results.filter((result) => result.outcome === 'started');
        const busy = results.filter((result) => result.outcome === 'busy');
        expect([started.length, busy.length]).toEqual([1, 19]);
        const running = await store.readLastTurn(conversationId);
        expect(new Set(busy.map((result) => result.turnId))).toEqual(new Set([running?.turnId]));
        expect((await store.readConversation(conversationId))?.lastSeq).toBe(lastSeq + 1);
      },
    );

    it('answers a start that is made again, as it did first', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      await store.enqueue(queueRecord(conversationId, 'waited'));
      const record = startRecord(conversationId, { takeQueue: true, idempotencyKey: 'k' });
      const first = mustStart(await store.startTurn(record));
      expect(await store.startTurn(record)).toEqual(first);
      expect(await chunkTexts(store, conversationId)).toEqual(['hello', 'waited']);
    });
  });

  describe('idempotency keys of turns', () => {
    it('stand for the turn that they started, running or sealed, until they are dropped', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      const idempotencyKey = 'key "with" \\ \u0000 and 🙂';
      const record = startRecord(conversationId, { idempotencyKey, at: 500 });
      const { epoch } = mustStart(await store.startTurn(record));
      const again = () => store.startTurn(startRecord(conversationId, { idempotencyKey, at: 500 }));
      const repeated = { outcome: 'repeated', turnId: record.turnId };
      expect(await again()).toEqual(repeated);
      await sealedTurn(store, { conversationId, turnId: record.turnId, epoch });
      expect(await again()).toEqual(repeated);
      await store.dropIdempotencyKeys(500);
      expect(await again()).toEqual(repeated);
      expect(await store.dropIdempotencyKeys(501)).toBe(1);
      expect(await again()).toMatchObject({ outcome: 'started' });
    });

    it('belong to one conversation, and are not used up by a start that was busy', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      const busy = await store.startTurn(startRecord(conversationId, { idempotencyKey: 'k' }));
      expect(busy.outcome).toBe('busy');
      await sealedTurn(store, lease);
      mustStart(await store.startTurn(startRecord(conversationId, { idempotencyKey: 'k' })));
      mustStart(
        await store.startTurn(startRecord(uniqueId('conversation'), { idempotencyKey: 'k' })),
      );
    });

    it('start one turn, whoever races', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      const results = await Promise.all(
        Array.from({ length: 20 }, () =>
          store.startTurn(startRecord(conversationId, { idempotencyKey: 'k' })),
        ),
      );
      expect(results.filter((result) => result.outcome === 'started')).toHaveLength(1);
      expect(results.filter((result) => result.outcome === 'repeated')).toHaveLength(19);
      expect(await chunkTexts(store, conversationId)).toEqual(['hello']);
    });
  });
}
