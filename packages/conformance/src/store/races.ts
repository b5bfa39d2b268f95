import type { ClaimedTurn, Store, TurnLease } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import {
  chunkTexts,
  claim,
  codeOf,
  type GetFixture,
  longLeaseMs,
  queueRecord,
  sealedTurn,
  startedTurn,
  startRecord,
  stepIdOf,
  stepRecord,
  textChunk,
  turnEnd,
  uniqueId,
} from './fixture.ts';

/** How often each race is run: enough for either side to win some. */
const rounds = 12;

/** The old owner's write, and what a claimant sees of a turn where it came before the claim. */
interface RacingWrite {
  readonly write: (store: Store, lease: TurnLease) => Promise<unknown>;
  readonly seen: object;
}

const step = { stepsCommitted: 1, eventNumber: 10, calls: [] };
const racingWrites: Readonly<Record<string, RacingWrite>> = {
  commitStep: {
    write: (store, lease) => store.commitStep(stepRecord(lease, 0, { leaseMs: 0 })),
    seen: step,
  },
  commitSteering: {
    write: (store, lease) => store.commitSteering(lease, 1, 7),
    seen: { eventNumber: 7 },
  },
  recordResponse: {
    write: (store, lease) => store.recordResponse(lease, stepIdOf(lease), '{}'),
    seen: { responseJson: '{}' },
  },
  recordCallStart: {
    write: (store, lease) => store.recordCallStart(lease, stepIdOf(lease), 'c'),
    seen: { calls: [{ callId: 'c' }] },
  },
  recordCallEnd: {
    write: (store, lease) => store.recordCallEnd(lease, stepIdOf(lease), 'c', '1'),
    seen: { calls: [{ callId: 'c', resultJson: '1' }] },
  },
  recordToolStep: {
    write: (store, lease) => store.recordToolStep(lease, stepIdOf(lease), 'c', 'n', '1'),
    seen: { calls: [{ callId: 'c', steps: [{ name: 'n', json: '1' }] }] },
  },
  releaseTurn: {
    write: (store, lease) => store.releaseTurn(lease),
    seen: { epoch: 3 },
  },
};
const nothing = { epoch: 2, stepsCommitted: 0, eventNumber: 0, calls: [] };

/** Rows that are written to are left for the next time: asks until the turn is there. */
async function claimSoon(store: Store, conversationId: string): Promise<ClaimedTurn> {
  for (;;) {
    const claimed = await claim(store, conversationId);
    if (claimed !== undefined) return claimed;
  }
}

export function raceSuite(fixture: GetFixture): void {
  describe('races of owners', () => {
    it('for one turn have one winner, however many there are', async () => {
      const { store } = fixture();
      for (let round = 0; round < rounds; round += 1) {
        const { conversationId, turnId } = await startedTurn(store, { leaseMs: 0 });
        const claims = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            claim(store, conversationId, { owner: `host-${i}` }),
          ),
        );
        const won = claims.filter((turn) => turn !== undefined);
        expect(won).toHaveLength(1);
        expect(await store.readTurn(conversationId, turnId)).toMatchObject({
          owner: won[0]?.owner,
          epoch: 2,
        });
      }
    });

    it.each(Object.entries(racingWrites))(
      '%s comes before a claim, which sees it, or is refused',
      async (_, { write, seen }) => {
        const { store } = fixture();
        for (let round = 0; round < rounds; round += 1) {
          const lease = await startedTurn(store, { leaseMs: 0 });
          const { conversationId } = lease;
          await store.enqueue(queueRecord(conversationId, 'waits'));
          const writing = () => codeOf(write(store, lease));
          const claiming = () => claimSoon(store, conversationId);
          // Either may be the first to be sent.
          const [code, claimed] =
            round % 2 === 0
              ? await Promise.all([writing(), claiming()])
              : await Promise.all([claiming(), writing()]).then(
                  ([turn, end]) => [end, turn] as const,
                );
          expect(['resolved', 'stale-epoch']).toContain(code);
          expect(claimed).toMatchObject(code === 'resolved' ? seen : nothing);
          if (code !== 'resolved') expect(claimed).not.toHaveProperty('responseJson');
          const next = { ...lease, epoch: claimed.epoch };
          expect(await codeOf(store.recordCallStart(lease, stepIdOf(lease), 'late'))).toBe(
            'stale-epoch',
          );
          expect(await codeOf(store.commitStep(stepRecord(next, claimed.stepsCommitted)))).toBe(
            'resolved',
          );
        }
      },
    );

    it.each(['sealTurn', 'commitStep'])(
      'end in a seal by %s or in a claim, never in both',
      async (method) => {
        const { store } = fixture();
        for (let round = 0; round < rounds; round += 1) {
          const lease = await startedTurn(store, { leaseMs: 0 });
          const { conversationId, turnId } = lease;
          const seal = () =>
            codeOf(
              method === 'sealTurn'
                ? sealedTurn(store, lease)
                : store.commitStep(stepRecord(lease, 0, { end: turnEnd })),
            );
          const [code, claimed] =
            round % 2 === 0
              ? await Promise.all([seal(), claim(store, conversationId)])
              : await Promise.all([claim(store, conversationId), seal()]).then(
                  ([turn, end]) => [end, turn] as const,
                );
          expect(code).toBe(claimed === undefined ? 'resolved' : 'stale-epoch');
          const turn = await store.readTurn(conversationId, turnId);
          expect(turn?.state).toBe(claimed === undefined ? 'sealed' : 'running');
          expect(await claim(store, conversationId)).toBeUndefined();
        }
      },
    );

    it('leave one history, each commit that was answered in it once, by epochs', async () => {
      const { store } = fixture();
      const { conversationId } = await startedTurn(store, { leaseMs: 0 });
      const answered: string[] = [];
      const host = async (owner: string): Promise<void> => {
        for (let attempt = 0; attempt < 8; attempt += 1) {
          // Their leases are over at once: each is overtaken by others in mid-work.
          const turn = await claim(store, conversationId, { owner, leaseMs: 0 });
          if (turn === undefined) continue;
          for (let i = 0; i < 3; i += 1) {
            const text = `${owner} ${attempt} ${i}`;
            const chunks = [textChunk(text, 'assistant')];
            const record = stepRecord(turn, turn.stepsCommitted + i, { chunks, leaseMs: 0 });
            const code = await codeOf(store.commitStep(record));
            expect(['resolved', 'stale-epoch']).toContain(code);
            if (code !== 'resolved') break;
            answered.push(text);
          }
        }
      };
      await Promise.all(Array.from({ length: 6 }, (_, i) => host(`host-${i}`)));
      expect(answered.length).toBeGreaterThan(0);
      expect((await chunkTexts(store, conversationId)).slice(1).sort()).toEqual(answered.sort());
      const inspection = await store.inspectConversation(conversationId);
      expect(inspection?.chunks.map(({ seq }) => seq)).toEqual(
        Array.from({ length: answered.length + 1 }, (_, i) => i + 1),
      );
      const epochs = inspection?.turns[0]?.steps.map(({ epoch }) => epoch) ?? [];
      expect(epochs).toHaveLength(answered.length);
      expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    });
  });

  describe('races for a conversation', () => {
    it('of a start and a deletion leave a whole turn or none', async () => {
      const { store } = fixture();
      for (let round = 0; round < rounds; round += 1) {
        const old = await startedTurn(store);
        await sealedTurn(store, old);
        const { conversationId } = old;
        const { create, ...start } = startRecord(conversationId, { chunks: [textChunk('racer')] });
        const mayCreate = round % 2 === 0 && create !== undefined;
        const [code] = await Promise.all([
          codeOf(store.startTurn(mayCreate ? { ...start, create } : start)),
          store.deleteConversation(conversationId),
        ]);
        expect(mayCreate ? ['resolved'] : ['resolved', 'conversation-not-found']).toContain(code);
        const left = await store.inspectConversation(conversationId);
        const commit = codeOf(
          store.commitStep(stepRecord({ conversationId, turnId: start.turnId, epoch: 1 }, 0)),
        );
        expect(await commit).toBe(left === undefined ? 'stale-epoch' : 'resolved');
        if (left === undefined) continue;
        expect(left.chunks.map(({ json }) => JSON.parse(json).text)).toEqual(['racer']);
        expect(left.turns.map(({ turnId }) => turnId)).toEqual([start.turnId]);
        expect(left.conversation.lastSeq).toBe(1);
      }
    });

    it.each(['sealTurn', 'commitStep'])(
      'of a message and a seal by %s: one of them is told of the other',
      async (method) => {
        const { store } = fixture();
        for (let round = 0; round < rounds; round += 1) {
          const lease = await startedTurn(store);
          const { conversationId } = lease;
          const seal = () =>
            method === 'sealTurn'
              ? store.sealTurn({ lease, chunks: [], eventNumber: 1, end: turnEnd, at: 1 })
              : store.commitStep(stepRecord(lease, 0, { end: turnEnd }));
          const send = () => store.enqueue(queueRecord(conversationId, 'm'));
          const [{ hasQueued }, { isIdle }] =
            round % 2 === 0
              ? await Promise.all([seal(), send()])
              : await Promise.all([send(), seal()]).then(([sent, end]) => [end, sent] as const);
          expect(hasQueued).toBe(!isIdle);
          const start = startRecord(conversationId, { chunks: [], takeQueue: true });
          expect(await store.startTurn(start)).toMatchObject({ taken: [{ messageJson: '"m"' }] });
        }
      },
    );

    it('of messages and starts that take them: each is taken once, or its sender knows', async () => {
      const { store } = fixture();
      const conversationId = uniqueId('conversation');
      const sent: { queueId: string; isIdle: boolean }[] = [];
      const taken: string[] = [];
      const sender = async (): Promise<void> => {
        for (let i = 0; i < 6; i += 1) {
          sent.push(await store.enqueue(queueRecord(conversationId, 'm', { limit: 1000 })));
        }
      };
      const runner = async (owner: string): Promise<void> => {
        for (let i = 0; i < 6; i += 1) {
          const start = startRecord(conversationId, { chunks: [], takeQueue: true, owner });
          const result = await store.startTurn(start);
          if (result.outcome !== 'started') continue;
          taken.push(...result.taken.map(({ queueId }) => queueId));
          const lease = { conversationId, turnId: start.turnId, epoch: result.epoch };
          const { messages } = await store.commitSteering(lease, 1, 7);
          taken.push(...messages.map(({ queueId }) => queueId));
          await sealedTurn(store, lease);
        }
      };
      await Promise.all([sender(), sender(), sender(), runner('host-a'), runner('host-b')]);
      const left = (await store.listQueue(conversationId)).map(({ queueId }) => queueId);
      const all = sent.map(({ queueId }) => queueId).sort();
      expect([...taken, ...left].sort()).toEqual(all);
      expect(await chunkTexts(store, conversationId)).toHaveLength(taken.length);
    });

    it('of an abort and a claim: the claimant is told, or the abort names it', async () => {
      const { store } = fixture();
      for (let round = 0; round < rounds; round += 1) {
        const { conversationId, turnId } = await startedTurn(store, { leaseMs: 0 });
        const [owner, claimed] = await Promise.all([
          store.requestAbort(conversationId, turnId),
          claimSoon(store, conversationId),
        ]);
        expect(claimed.isAbortRequested).toBe(owner === 'host-a');
        expect(['host-a', 'host-b']).toContain(owner);
        const own = { owner: 'host-b', includeOwn: true, leaseMs: longLeaseMs };
        expect(await claim(store, conversationId, own)).toMatchObject({ isAbortRequested: true });
      }
    });
  });
}
