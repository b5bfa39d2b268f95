import { describe, expect, it } from 'vitest';
import {
  claim,
  codeOf,
  type GetFixture,
  startedTurn,
  stepIdOf,
  stepRecord,
  turnEnd,
} from './fixture.ts';

const own = { owner: 'host-a', includeOwn: true };

export function ledgerSuite(fixture: GetFixture): void {
  describe('the ledger', () => {
    it('holds the step under way, for whoever takes the turn over', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      const json = '{"text":"U+0000: \\u0000, \\"quoted\\", 🙂"}';
      await store.recordResponse(lease, stepIdOf(lease), json);
      await Promise.all(
        ['a', 'b', 'c'].map((callId) => store.recordCallStart(lease, stepIdOf(lease), callId)),
      );
      await store.recordCallEnd(lease, stepIdOf(lease), 'b', json);
      const claimed = await claim(store, conversationId, own);
      expect(claimed?.responseJson).toBe(json);
      expect([...(claimed?.calls ?? [])].sort((x, y) => (x.callId < y.callId ? -1 : 1))).toEqual([
        { callId: 'a' },
        { callId: 'b', resultJson: json },
        { callId: 'c' },
      ]);
    });

    it('keeps a result when the start is recorded again', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      await store.recordCallStart(lease, stepIdOf(lease), 'a');
      await store.recordCallEnd(lease, stepIdOf(lease), 'a', '1');
      await store.recordCallStart(lease, stepIdOf(lease), 'a');
      const claimed = await claim(store, lease.conversationId, own);
      expect(claimed?.calls).toEqual([{ callId: 'a', resultJson: '1' }]);
    });

    it('is cleared by the commit of its step', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      await store.recordResponse(lease, stepIdOf(lease), '{}');
      await store.recordCallStart(lease, stepIdOf(lease), 'a');
      await store.recordToolStep(lease, stepIdOf(lease), 'a', 'n', '1');
      await store.commitStep(stepRecord(lease, 0));
      const claimed = await claim(store, lease.conversationId, own);
      expect(claimed).toMatchObject({ calls: [], stepsCommitted: 1 });
      expect(claimed).not.toHaveProperty('responseJson');
    });

    it('keeps what the steps of a durable tool gave, in order: of each name the first', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const json = '{"odd":"\\u0000 🙂"}';
      const odd = 'z \u0000\u0001 "quoted"';
      await store.recordCallStart(lease, stepIdOf(lease), 'a');
      for (const name of [odd, 'b', 'a']) {
        await store.recordToolStep(lease, stepIdOf(lease), 'a', name, json);
      }
      await store.recordToolStep(lease, stepIdOf(lease), 'a', 'b', '"again"');
      await store.recordToolStep(lease, stepIdOf(lease), odd, 'b', '"of another call"');
      await store.recordCallEnd(lease, stepIdOf(lease), 'a', '1');
      const { calls = [] } = (await claim(store, lease.conversationId, own)) ?? {};
      expect(calls).toHaveLength(2);
      expect(calls.find(({ callId }) => callId === 'a')).toEqual({
        callId: 'a',
        resultJson: '1',
        steps: [odd, 'b', 'a'].map((name) => ({ name, json })),
      });
      expect(calls.find(({ callId }) => callId === odd)).toEqual({
        callId: odd,
        steps: [{ name: 'b', json: '"of another call"' }],
      });
    });

    it('keeps one of two tool steps of one name that race', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      await Promise.all(
        ['1', '2', '3', '4'].map((json) =>
          store.recordToolStep(lease, stepIdOf(lease), 'a', 'n', json),
        ),
      );
      const first = await claim(store, lease.conversationId, own);
      expect(first?.calls[0]?.steps).toHaveLength(1);
      const second = await claim(store, lease.conversationId, own);
      expect(second?.calls).toEqual(first?.calls);
    });

    it('takes nothing of a step that is not under way, however late it comes', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      await store.commitStep(stepRecord(lease, 0));
      for (const stepId of [stepIdOf(lease, 0), stepIdOf(lease, 2), 'another']) {
        const writes = [
          store.recordResponse(lease, stepId, '{}'),
          store.recordCallStart(lease, stepId, 'a'),
          store.recordCallEnd(lease, stepId, 'a', '1'),
          store.recordToolStep(lease, stepId, 'a', 'n', '1'),
        ];
        const codes = await Promise.all(writes.map(codeOf));
        expect(new Set(codes)).toEqual(new Set(['invalid-input']));
      }
      const claimed = await claim(store, lease.conversationId, own);
      expect(claimed).toMatchObject({ calls: [] });
      expect(claimed).not.toHaveProperty('responseJson');
    });

    it('is empty after a commit, whatever was recorded while it was made', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      for (let index = 0; index < 10; index += 1) {
        const stepId = stepIdOf(lease, index);
        await Promise.all([
          store.commitStep(stepRecord(lease, index)),
          codeOf(store.recordResponse(lease, stepId, '{}')),
          codeOf(store.recordCallStart(lease, stepId, 'a')),
          codeOf(store.recordToolStep(lease, stepId, 'a', 'n', '1')),
        ]);
        const { ledger } = (await store.inspectConversation(lease.conversationId)) ?? {};
        expect(ledger).toEqual({ calls: [] });
      }
    });

    it('is empty for the next turn, whatever step was under way when the last was sealed', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      await store.recordResponse(lease, stepIdOf(lease), '{}');
      await store.recordToolStep(lease, stepIdOf(lease), 'a', 'n', '1');
      await store.sealTurn({ lease, chunks: [], eventNumber: 1, end: turnEnd, at: 1 });
      await startedTurn(store, { conversationId });
      const claimed = await claim(store, conversationId, own);
      expect(claimed).toMatchObject({ calls: [] });
      expect(claimed).not.toHaveProperty('responseJson');
    });
  });
}
