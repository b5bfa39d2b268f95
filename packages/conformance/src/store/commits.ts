import { describe, expect, it } from 'vitest';
import {
  chunkTexts,
  codeOf,
  type GetFixture,
  queueRecord,
  startedTurn,
  stepRecord,
  textChunk,
  turnEnd,
  uniqueId,
} from './fixture.ts';

export function commitSuite(fixture: GetFixture): void {
  describe('committing steps', () => {
    it('numbers chunks without a gap, and keeps where the turn stands', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const first = stepRecord(lease, 0, {
        chunks: [textChunk('a', 'assistant'), textChunk('b', 'tool')],
      });
      expect(await store.commitStep(first)).toEqual({ lastSeq: 3, hasQueued: false });
      expect(await store.commitStep(stepRecord(lease, 1, { chunks: [] }))).toMatchObject({
        lastSeq: 3,
      });
      expect(await store.commitStep(stepRecord(lease, 2))).toMatchObject({ lastSeq: 4 });
      const { conversationId, turnId } = lease;
      const chunks = await store.readChunks({ conversationId, afterSeq: 0, limit: 10 });
      expect(
        chunks.map(({ seq, role, turnId: id, createdAt }) => [seq, role, id, createdAt]),
      ).toEqual([
        [1, 'user', turnId, 1000],
        [2, 'assistant', turnId, 2000],
        [3, 'tool', turnId, 2000],
        [4, 'assistant', turnId, 2002],
      ]);
      expect(await store.readTurn(conversationId, turnId)).toMatchObject({
        state: 'running',
        stepsCommitted: 3,
        eventNumber: 30,
      });
      expect(await store.readConversation(conversationId)).toMatchObject({
        status: 'running',
        lastSeq: 4,
        updatedAt: 2002,
      });
    });

    it('keeps seqs without a gap when many conversations commit at once', async () => {
      const { store } = fixture();
      const leases = await Promise.all(Array.from({ length: 8 }, () => startedTurn(store)));
      await Promise.all(
        leases.map(async (lease) => {
          for (let i = 0; i < 5; i += 1) await store.commitStep(stepRecord(lease, i));
        }),
      );
      for (const { conversationId } of leases) {
        const chunks = await store.readChunks({ conversationId, afterSeq: 0, limit: 10 });
        expect(chunks.map((chunk) => chunk.seq)).toEqual([1, 2, 3, 4, 5, 6]);
      }
    });

    it('answers a commit that is made again, and writes it once', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const step = stepRecord(lease, 0);
      const [one, two] = await Promise.all([store.commitStep(step), store.commitStep(step)]);
      expect(one).toEqual(two);
      const last = stepRecord(lease, 1, { end: turnEnd });
      const sealed = await store.commitStep(last);
      expect(await store.commitStep(last)).toEqual(sealed);
      expect(await chunkTexts(store, lease.conversationId)).toEqual(['hello', 'step 0', 'step 1']);
    });

    it("refuses a step that is not the turn's next", async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      expect(await codeOf(store.commitStep(stepRecord(lease, 1)))).toBe('invalid-input');
      expect(await chunkTexts(store, lease.conversationId)).toEqual(['hello']);
    });

    it('seals with the last step: state, end, and what waits', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      await store.enqueue(queueRecord(conversationId, 'later'));
      const usage = { inputTokens: 3, outputTokens: 4 };
      const end = { finishReason: 'length', usage, durationMs: 12.5, contextSize: 7 } as const;
      const result = await store.commitStep(stepRecord(lease, 0, { end, eventNumber: 77 }));
      expect(result).toEqual({ lastSeq: 2, hasQueued: true });
      expect(await store.readTurn(conversationId, turnId)).toMatchObject({
        state: 'sealed',
        end,
        usage,
        stepsCommitted: 1,
        eventNumber: 77,
        lastSeq: 2,
        owner: 'host-a',
        epoch: 1,
      });
      expect((await store.readConversation(conversationId))?.status).toBe('idle');
    });

    it('seals between steps, with an error chunk where there is one, and answers a repetition', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const end = { finishReason: 'error', durationMs: 1 } as const;
      const json = '{"type":"error","code":"internal","message":"x"}';
      const seal = {
        lease,
        chunks: [{ role: 'assistant', json }],
        eventNumber: 5,
        end,
        at: 5000,
      } as const;
      const result = await store.sealTurn(seal);
      expect(result).toEqual({ lastSeq: 2, hasQueued: false });
      expect(await store.sealTurn(seal)).toEqual(result);
      const { conversationId, turnId } = lease;
      const [, chunk] = await store.readChunks({ conversationId, afterSeq: 0, limit: 10 });
      expect(chunk).toEqual({ seq: 2, turnId, role: 'assistant', createdAt: 5000, json });
      expect(await store.readLastTurn(conversationId)).toMatchObject({
        state: 'sealed',
        end,
        eventNumber: 5,
      });
    });

    it('sums the usage of committed steps while the turn runs', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const step = (index: number, outputTokens: number) => {
        const base = stepRecord(lease, index);
        const usage = { inputTokens: 10, outputTokens, cacheReadTokens: 1 };
        return store.commitStep({ ...base, metrics: { ...base.metrics, usage } });
      };
      await step(0, 1);
      await step(1, 5);
      const turn = await store.readTurn(lease.conversationId, lease.turnId);
      expect(turn?.usage).toEqual({ inputTokens: 20, outputTokens: 6, cacheReadTokens: 2 });
    });
  });

  describe('metrics', () => {
    it('are told per turn and step; a turn that runs has no end yet', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      const metrics = {
        stepId: `${turnId}#0`,
        finishReason: 'stop',
        usage: { inputTokens: 1, outputTokens: 2 },
        ttftMs: 1.5,
        decodeMs: 2,
        genTotalMs: 3.5,
        toolCalls: 2,
      };
      await store.commitStep(
        stepRecord(lease, 0, { metrics, end: { ...turnEnd, contextSize: 3 } }),
      );
      const next = await startedTurn(store, { conversationId, model: 'other/model' });
      const refused = store.commitStep(stepRecord({ ...next, epoch: 99 }, 0));
      expect(await codeOf(refused)).toBe('stale-epoch');
      expect(await store.readTurnMetrics(conversationId)).toEqual([
        { turnId, model: 'scripted/play', ...turnEnd, contextSize: 3, steps: [metrics] },
        { turnId: next.turnId, model: 'other/model', steps: [] },
      ]);
      const unknown = store.readTurnMetrics(uniqueId('conversation'));
      expect(await codeOf(unknown)).toBe('conversation-not-found');
    });
  });
}
