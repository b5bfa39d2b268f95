import { describe, expect, it } from 'vitest';
import {
  callChunks,
  codeOf,
  type GetFixture,
  queueRecord,
  sealedTurn,
  startedTurn,
  stepIdOf,
  stepRecord,
  textChunk,
  turnEnd,
  uniqueId,
} from './fixture.ts';

const all = { afterSeq: 0, limit: 1000 };

export function viewSuite(fixture: GetFixture): void {
  describe('a view', () => {
    it('is the chunks asked for, where the conversation ends, and its running turn', async () => {
      const { store } = fixture();
      const first = await startedTurn(store, { owner: 'host-v' });
      const { conversationId } = first;
      await sealedTurn(store, first);
      const idle = await store.readView({ conversationId, ...all });
      expect(idle).toEqual({
        lastSeq: 1,
        chunks: await store.readChunks({ conversationId, ...all }),
      });
      const odd = '{ "b" : 1.0e1,\t"a":"\\u0041\\u0000 \\ud83d\\ude42 🙂" }';
      const chunks = [textChunk('one'), { role: 'user', json: odd } as const];
      const lease = await startedTurn(store, { conversationId, owner: 'host-v', chunks });
      await store.commitStep(stepRecord(lease, 0));
      const running = {
        turnId: lease.turnId,
        owner: 'host-v',
        epoch: 1,
        eventNumber: 10,
        previousSeq: 1,
      };
      for (const query of [
        { conversationId, ...all },
        { conversationId, afterSeq: 1, throughSeq: 3, limit: 1 },
        { conversationId, afterSeq: 1, throughSeq: 3, limit: 1, newest: true },
        { conversationId, afterSeq: 4, limit: 5 },
      ]) {
        const expected = { lastSeq: 4, chunks: await store.readChunks(query), running };
        expect(await store.readView(query)).toEqual(expected);
      }
      await store.releaseTurn(lease);
      const released = await store.readView({ conversationId, ...all });
      expect(released.running).toEqual({ ...running, owner: '', epoch: 2 });
    });

    it('of a conversation that does not exist is not found', async () => {
      const view = fixture().store.readView({ conversationId: uniqueId('conversation'), ...all });
      expect(await codeOf(view)).toBe('conversation-not-found');
    });

    it('is of one moment, whatever is committed meanwhile', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      const steps = 30;
      let isDone = false;
      const commits = async () => {
        for (let index = 0; index < steps; index += 1) {
          const chunks = callChunks(`call-${index}`);
          await store.commitStep(stepRecord(lease, index, { chunks, eventNumber: index + 1 }));
        }
        isDone = true;
      };
      const views = async () => {
        let count = 0;
        while (!isDone) {
          const { lastSeq, chunks, running } = await store.readView({ conversationId, ...all });
          expect(chunks).toHaveLength(lastSeq);
          expect(lastSeq).toBe(1 + 2 * (running?.eventNumber ?? Number.NaN));
          count += 1;
        }
        return count;
      };
      const [, seen] = await Promise.all([commits(), views(), views()]);
      expect(seen).toBeGreaterThan(0);
    });
  });

  describe('heads', () => {
    it('say where the conversations stand that are there', async () => {
      const { store } = fixture();
      const idle = await startedTurn(store);
      await store.commitStep(stepRecord(idle, 0, { end: turnEnd }));
      const running = await startedTurn(store, { owner: 'host-v' });
      const ids = [idle.conversationId, uniqueId('conversation'), running.conversationId];
      const heads = await store.readHeads(ids);
      expect(new Map(heads.map((head) => [head.conversationId, head]))).toEqual(
        new Map<string, object>([
          [idle.conversationId, { conversationId: idle.conversationId, lastSeq: 2 }],
          [
            running.conversationId,
            {
              conversationId: running.conversationId,
              lastSeq: 1,
              running: {
                turnId: running.turnId,
                owner: 'host-v',
                epoch: 1,
                eventNumber: 0,
                previousSeq: 0,
              },
            },
          ],
        ]),
      );
      expect(await store.readHeads([])).toEqual([]);
    });
  });

  describe('the list of ids', () => {
    it('is in code point order, each once, page by page', async () => {
      const { store } = fixture();
      const prefix = uniqueId('ids');
      const ids = ['Z', '_', 'a', 'b', 'b-', 'b0'].map((end) => `${prefix}-${end}`);
      for (const conversationId of [...ids].reverse()) await startedTurn(store, { conversationId });
      const seen: string[] = [];
      for (let after = prefix; ; ) {
        const page = await store.listConversationIds(4, after);
        expect(page.length).toBeLessThanOrEqual(4);
        seen.push(...page.filter((id) => id.startsWith(prefix)));
        const last = page.at(-1);
        if (last === undefined || !last.startsWith(prefix)) break;
        after = last;
      }
      expect(seen).toEqual([...ids].sort());
      expect(await store.listConversationIds(2)).toHaveLength(2);
    });
  });

  describe('an inspection', () => {
    it('holds all that is kept of a conversation', async () => {
      const { store } = fixture();
      const first = await startedTurn(store, { leaseMs: 60_000 });
      const { conversationId } = first;
      const step = stepRecord(first, 0, { chunks: callChunks('a') });
      await store.commitStep(step);
      const last = stepRecord(first, 1, { end: turnEnd });
      await store.commitStep(last);
      const second = await startedTurn(store, { conversationId, leaseMs: 60_000 });
      const waiting = queueRecord(conversationId, 'waits \u0000 🙂');
      await store.enqueue(waiting);
      await store.recordResponse(second, stepIdOf(second), '{"odd":"\\u0000"}');
      await store.recordCallStart(second, stepIdOf(second), 'b');
      await store.recordToolStep(second, stepIdOf(second), 'b', 'n', '1');

      const inspection = await store.inspectConversation(conversationId);
      const [one, two] = inspection?.turns ?? [];
      expect(inspection).toEqual({
        conversation: await store.readConversation(conversationId),
        chunks: await store.readChunks({ conversationId, ...all }),
        turns: [one, two],
        queue: await store.listQueue(conversationId),
        ledger: {
          responseJson: '{"odd":"\\u0000"}',
          calls: [{ callId: 'b', steps: [{ name: 'n', json: '1' }] }],
        },
      });
      expect(one).toEqual({
        ...(await store.readTurn(conversationId, first.turnId)),
        steps: [
          { index: 0, epoch: 1, lastSeq: 3, metrics: step.metrics },
          { index: 1, epoch: 1, lastSeq: 4, metrics: last.metrics },
        ],
      });
      const { leaseLeftMs, ...rest } = two ?? {};
      expect(rest).toEqual({ ...(await store.readLastTurn(conversationId)), steps: [] });
      expect(leaseLeftMs).toBeGreaterThan(0);
      expect(leaseLeftMs).toBeLessThanOrEqual(60_000);

      await store.releaseTurn(second);
      const released = await store.inspectConversation(conversationId);
      expect(released?.turns[1]?.leaseLeftMs).toBeLessThan(0);
    });

    it('of an idle conversation has no ledger; of none there is none', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      await store.recordResponse(lease, stepIdOf(lease), '{}');
      await sealedTurn(store, lease);
      const inspection = await store.inspectConversation(conversationId);
      expect(inspection?.ledger).toEqual({ calls: [] });
      expect(inspection?.turns[0]).not.toHaveProperty('leaseLeftMs');
      expect(await store.inspectConversation(uniqueId('conversation'))).toBeUndefined();
    });

    it('is of one moment, whatever is committed meanwhile', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      let isDone = false;
      const commits = async () => {
        for (let index = 0; index < 20; index += 1) {
          await store.recordCallStart(lease, stepIdOf(lease, index), 'c');
          await store.commitStep(stepRecord(lease, index));
        }
        isDone = true;
      };
      const inspections = async () => {
        let count = 0;
        while (!isDone) {
          const found = await store.inspectConversation(lease.conversationId);
          const [turn] = found?.turns ?? [];
          expect(turn?.steps).toHaveLength(turn?.stepsCommitted ?? Number.NaN);
          expect(found?.chunks).toHaveLength(1 + (turn?.stepsCommitted ?? Number.NaN));
          expect(found?.conversation.lastSeq).toBe(found?.chunks.length);
          count += 1;
        }
        return count;
      };
      const [, seen] = await Promise.all([commits(), inspections()]);
      expect(seen).toBeGreaterThan(0);
    });
  });
}
