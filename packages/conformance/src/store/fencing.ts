import { describe, expect, it } from 'vitest';
import {
  codeOf,
  type GetFixture,
  longLeaseMs,
  queueRecord,
  sealedTurn,
  startedTurn,
  stepIdOf,
  stepRecord,
  turnEnd,
} from './fixture.ts';

export function fencingSuite(fixture: GetFixture): void {
  describe('fencing', () => {
    const writes = {
      commitStep: (store, lease) => store.commitStep(stepRecord(lease, 0)),
      commitLastStep: (store, lease) => store.commitStep(stepRecord(lease, 0, { end: turnEnd })),
      sealTurn: (store, lease) => sealedTurn(store, lease),
      commitSteering: (store, lease) => store.commitSteering(lease, 1, 1),
      recordResponse: (store, lease) => store.recordResponse(lease, stepIdOf(lease), '{}'),
      recordCallStart: (store, lease) => store.recordCallStart(lease, stepIdOf(lease), 'c'),
      recordCallEnd: (store, lease) => store.recordCallEnd(lease, stepIdOf(lease), 'c', '{}'),
      recordToolStep: (store, lease) =>
        store.recordToolStep(lease, stepIdOf(lease), 'c', 'n', '{}'),
      releaseTurn: (store, lease) => store.releaseTurn(lease),
    } satisfies Record<
      string,
      (
        store: ReturnType<GetFixture>['store'],
        lease: { conversationId: string; turnId: string; epoch: number },
      ) => Promise<unknown>
    >;

    it.each(Object.entries(writes))(
      '%s is refused with another epoch, and writes nothing',
      async (_, write) => {
        const { store } = fixture();
        const lease = await startedTurn(store, { leaseMs: 0 });
        const { conversationId, turnId } = lease;
        await store.enqueue(queueRecord(conversationId, 'waits'));
        const before = await store.readConversation(conversationId);
        const claim = { owner: 'host-b', leaseMs: longLeaseMs, includeOwn: false, limit: 1000 };
        await fixture().advance(5);
        const claimed = (await store.claimTurns(claim)).find((turn) => turn.turnId === turnId);
        for (const epoch of [lease.epoch, (claimed?.epoch ?? 0) + 1]) {
          expect(await codeOf(write(store, { ...lease, epoch }))).toBe('stale-epoch');
        }
        expect(await store.readConversation(conversationId)).toEqual(before);
        expect(await store.readTurn(conversationId, turnId)).toMatchObject({
          owner: 'host-b',
          epoch: claimed?.epoch,
          stepsCommitted: 0,
          eventNumber: 0,
        });
        const again = await store.claimTurns({ ...claim, includeOwn: true });
        const mine = again.find((turn) => turn.turnId === turnId);
        expect(mine).toMatchObject({ calls: [] });
        expect(mine).not.toHaveProperty('responseJson');
        expect(await store.listQueue(conversationId)).toHaveLength(1);
      },
    );

    it.each(Object.entries(writes))(
      '%s is refused once the turn is sealed or deleted',
      async (name, write) => {
        const { store } = fixture();
        const lease = await startedTurn(store);
        await store.sealTurn({
          lease,
          chunks: [],
          eventNumber: 1,
          end: { finishReason: 'aborted', durationMs: 1 },
          at: 1,
        });
        expect(await codeOf(write(store, lease)), name).toBe('stale-epoch');
        await store.deleteConversation(lease.conversationId);
        expect(await codeOf(write(store, lease)), name).toBe('stale-epoch');
      },
    );
  });
}
