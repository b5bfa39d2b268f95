import type { StartTurnRecord } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import {
  callChunks,
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

const many = 60;
const range = Array.from({ length: many }, (_, i) => i);

/** Each call is answered as it would be alone, however many others are made at the same time. */
export function crowdSuite(fixture: GetFixture): void {
  describe('a crowd', () => {
    it('of starts gets an answer each: started, busy, repeated or not found', async () => {
      const { store } = fixture();
      const idempotencyKey = 'key \u0000 "quoted"';
      const create = { workspaceId: 'w "1" \u0000', model: 'a/b', parentId: 'p' };
      const kinds = ['new', 'old', 'busy', 'keyed', 'again', 'unknown'] as const;
      const starts: (StartTurnRecord & { readonly kind: (typeof kinds)[number] })[] = [];
      for (const i of range) {
        const kind = kinds[i % kinds.length] ?? 'new';
        const conversationId = uniqueId('conversation');
        const chunks = Array.from({ length: i % 4 }, (_, place) => textChunk(`${i}, {${place}}`));
        const start = startRecord(conversationId, { create, chunks, idempotencyKey, at: 5000 + i });
        if (kind === 'old') await sealedTurn(store, await startedTurn(store, { conversationId }));
        if (kind === 'busy') await startedTurn(store, { conversationId });
        if (kind === 'again') await store.startTurn(start);
        if (kind === 'keyed') {
          const lease = await startedTurn(store, { conversationId, idempotencyKey });
          await sealedTurn(store, lease);
        }
        const { create: _, ...plain } = start;
        starts.push({ kind, ...(kind === 'unknown' || kind === 'old' ? plain : start) });
      }
      const results = await Promise.allSettled(
        starts.map(({ kind: _, ...it }) => store.startTurn(it)),
      );
      for (const [i, result] of results.entries()) {
        const start = starts[i];
        if (start === undefined) throw new Error('One result for each.');
        const { kind, conversationId, turnId, chunks } = start;
        if (kind === 'unknown') {
          expect(result).toMatchObject({ reason: { code: 'conversation-not-found' } });
          continue;
        }
        if (kind === 'busy' || kind === 'keyed') {
          const outcome = kind === 'busy' ? 'busy' : 'repeated';
          expect(result).toMatchObject({ value: { outcome } });
          expect(await store.readTurn(conversationId, turnId)).toBeUndefined();
          continue;
        }
        const previousSeq = kind === 'old' ? 1 : 0;
        const lastSeq = previousSeq + chunks.length;
        const value = { outcome: 'started', epoch: 1, previousSeq, lastSeq, taken: [] };
        expect(result).toEqual({ status: 'fulfilled', value });
        const { model, settings, origin, at } = start;
        const turn = { turnId, model, settings, origin, previousSeq, messageSeq: lastSeq };
        expect(await store.readLastTurn(conversationId)).toMatchObject({ ...turn, startedAt: at });
        const made = await store.inspectConversation(conversationId);
        expect(made?.conversation).toMatchObject({ lastSeq, updatedAt: at, status: 'running' });
        if (kind === 'new') expect(made?.conversation).toMatchObject(create);
        const own = made?.chunks.filter((chunk) => chunk.turnId === turnId) ?? [];
        expect(own.map(({ seq, role, json }) => ({ seq, role, json }))).toEqual(
          chunks.map((chunk, place) => ({ seq: previousSeq + place + 1, ...chunk })),
        );
        const again = startRecord(conversationId, { idempotencyKey });
        expect(await store.startTurn(again)).toEqual({ outcome: 'repeated', turnId });
      }
    });

    it('of starts in a few conversations starts one turn in each', async () => {
      const { store } = fixture();
      const ids = range.slice(0, 6).map(() => uniqueId('conversation'));
      const results = await Promise.all(
        range.map((i) => store.startTurn(startRecord(ids[i % ids.length] ?? ''))),
      );
      const outcomes = results.map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'started')).toHaveLength(ids.length);
      expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(many - ids.length);
    });

    const plain = ['next', 'last', 'queued', 'stale', 'sealed', 'broken', 'wrong'] as const;
    it.each([
      { kinds: plain },
      { kinds: [...plain, 'again'] as const },
      { kinds: [...plain, 'twice'] as const },
    ])('of commits gets an answer each: $kinds', async ({ kinds }) => {
      const { store } = fixture();
      const commits = await Promise.all(
        range.map(async (i) => {
          const kind = kinds[i % kinds.length] ?? 'next';
          const lease = await startedTurn(store, { leaseMs: longLeaseMs });
          await store.commitStep(stepRecord(lease, 0, { chunks: callChunks('had') }));
          await store.recordCallStart(lease, stepIdOf(lease, 1), 'c');
          if (kind === 'queued') await store.enqueue(queueRecord(lease.conversationId, 'waits'));
          const said = textChunk(`{${i}}, "x" \\`, 'assistant');
          const record = stepRecord(lease, kind === 'wrong' ? 7 : 1, {
            chunks: [said, ...callChunks(kind === 'twice' ? 'had' : `call-${i}`)],
            ...(kind === 'again' ? { chunks: [said, said, said] } : {}),
            ...(kind === 'broken' ? { chunks: callChunks('open').slice(0, 1) } : {}),
            ...(kind === 'last' || kind === 'queued'
              ? { end: { ...turnEnd, contextSize: i } }
              : {}),
            at: 6000 + i,
            eventNumber: 100 + i,
          });
          if (kind === 'again') await store.commitStep(record);
          if (kind === 'stale') await store.releaseTurn(lease);
          if (kind === 'sealed') await sealedTurn(store, lease);
          return { kind, record };
        }),
      );
      const results = await Promise.allSettled(
        commits.map(({ record }) => store.commitStep(record)),
      );
      for (const [i, result] of results.entries()) {
        const { kind, record } = commits[i] ?? {};
        if (kind === undefined || record === undefined) throw new Error('One result for each.');
        const found = await store.inspectConversation(record.lease.conversationId);
        const [turn] = found?.turns ?? [];
        if (['stale', 'sealed', 'twice', 'broken', 'wrong'].includes(kind)) {
          const isStale = kind === 'stale' || kind === 'sealed';
          const code = isStale ? 'stale-epoch' : 'invalid-input';
          expect(result, kind).toMatchObject({ reason: { code } });
          expect(turn?.stepsCommitted).toBe(1);
          expect(found?.chunks).toHaveLength(3);
          expect(found?.ledger.calls).toHaveLength(kind === 'sealed' ? 0 : 1);
          continue;
        }
        const value = { lastSeq: 6, hasQueued: kind === 'queued' };
        expect(result).toEqual({ status: 'fulfilled', value });
        expect(turn).toMatchObject({ stepsCommitted: 2, eventNumber: 100 + i, epoch: 1 });
        expect(turn?.end).toEqual(record.end);
        expect(turn?.lastSeq).toBe(record.end === undefined ? undefined : 6);
        expect(turn?.steps[1]).toEqual({
          index: 1,
          epoch: 1,
          lastSeq: 6,
          metrics: record.metrics,
        });
        expect(found?.conversation).toMatchObject({ lastSeq: 6, updatedAt: 6000 + i });
        expect(found?.ledger).toEqual({ calls: [] });
        expect(found?.chunks.slice(3).map(({ role, json }) => ({ role, json }))).toEqual(
          record.chunks.map(({ role, json }) => ({ role, json })),
        );
      }
    });

    it('of commits to the same turns commits each step once', async () => {
      const { store } = fixture();
      const leases = await Promise.all(range.slice(0, 10).map(() => startedTurn(store)));
      const results = await Promise.all(
        [...leases, ...leases, ...leases, ...leases].map((lease) =>
          store.commitStep(stepRecord(lease, 0)),
        ),
      );
      expect(new Set(results.map(({ lastSeq }) => lastSeq))).toEqual(new Set([2]));
      for (const { conversationId } of leases) {
        expect((await store.inspectConversation(conversationId))?.chunks).toHaveLength(2);
      }
    });

    it('of commits is refused by none for the one that is', async () => {
      const { store } = fixture();
      const leases = await Promise.all(range.map(() => startedTurn(store)));
      const [odd, ...rest] = leases;
      if (odd === undefined) throw new Error('There are some.');
      await store.deleteConversation(odd.conversationId);
      const codes = await Promise.all(
        [...rest, odd].map((lease) => codeOf(store.commitStep(stepRecord(lease, 0)))),
      );
      expect(codes).toEqual([...rest.map(() => 'resolved'), 'stale-epoch']);
    });
  });
}
