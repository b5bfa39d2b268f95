import { describe, expect, it } from 'vitest';
import {
  claim,
  codeOf,
  type GetFixture,
  longLeaseMs,
  queueRecord,
  startedTurn,
  stepRecord,
  uniqueId,
} from './fixture.ts';

const shortLeaseMs = 40;

export function leaseSuite(fixture: GetFixture): void {
  describe('leases', () => {
    it('are over by the clock of the store, and then the turn is anyone’s: once', async () => {
      const { store, advance } = fixture();
      const { conversationId, turnId } = await startedTurn(store, { leaseMs: shortLeaseMs });
      await advance(shortLeaseMs + 20);
      const claims = await Promise.all(
        ['host-b', 'host-c', 'host-d'].map((owner) => claim(store, conversationId, { owner })),
      );
      const won = claims.filter((turn) => turn !== undefined);
      expect(won).toHaveLength(1);
      expect(won[0]).toMatchObject({ turnId, epoch: 2, attempts: 1, state: 'running', calls: [] });
      expect(await claim(store, conversationId)).toBeUndefined();
    });

    it('hold as long as they last', async () => {
      const { store } = fixture();
      const { conversationId } = await startedTurn(store);
      expect(await claim(store, conversationId)).toBeUndefined();
    });

    it('are extended by renewal, which names the turns that are still the owner’s', async () => {
      const { store, advance } = fixture();
      const owner = uniqueId('host');
      const one = await startedTurn(store, { owner, leaseMs: shortLeaseMs });
      const two = await startedTurn(store, { owner, leaseMs: shortLeaseMs });
      await startedTurn(store);
      const renewed = async () =>
        (await store.renewLeases(owner, longLeaseMs)).map(({ turnId }) => turnId).sort();
      expect(await renewed()).toEqual([one.turnId, two.turnId]);
      await advance(shortLeaseMs + 20);
      expect(await claim(store, one.conversationId)).toBeUndefined();
      await store.releaseTurn(two);
      expect(await renewed()).toEqual([one.turnId]);
    });

    it('are extended by a commit', async () => {
      const { store, advance } = fixture();
      const lease = await startedTurn(store, { leaseMs: shortLeaseMs });
      await store.commitStep(stepRecord(lease, 0));
      await advance(shortLeaseMs + 20);
      expect(await claim(store, lease.conversationId)).toBeUndefined();
    });

    it('of the owner itself are taken over where it says so, but for the turns that it names', async () => {
      const { store } = fixture();
      const owner = uniqueId('host');
      const lost = await startedTurn(store, { owner });
      const kept = await startedTurn(store, { owner });
      const own = { owner, includeOwn: true, exceptTurnIds: [kept.turnId] };
      expect(await claim(store, lost.conversationId, { owner })).toBeUndefined();
      const turns = await store.claimTurns({ leaseMs: longLeaseMs, limit: 1000, ...own });
      expect(turns.map((turn) => turn.turnId)).toEqual([lost.turnId]);
      expect(turns[0]).toMatchObject({ owner, epoch: 2, attempts: 1 });
    });

    it('are claimed up to the limit', async () => {
      const { store } = fixture();
      const owner = uniqueId('host');
      for (let i = 0; i < 3; i += 1) await startedTurn(store, { owner });
      const own = { owner, leaseMs: longLeaseMs, includeOwn: true };
      expect(await store.claimTurns({ ...own, limit: 2 })).toHaveLength(2);
      expect(await store.claimTurns({ ...own, limit: 1000 })).toHaveLength(3);
    });

    it('count attempts up to the next commit', async () => {
      const { store } = fixture();
      const owner = uniqueId('host');
      const lease = await startedTurn(store, { owner });
      const { conversationId } = lease;
      const own = { owner, includeOwn: true };
      await claim(store, conversationId, own);
      const second = await claim(store, conversationId, own);
      expect(second).toMatchObject({ epoch: 3, attempts: 2 });
      await store.commitStep(stepRecord({ ...lease, epoch: 3 }, 0));
      expect(await claim(store, conversationId, own)).toMatchObject({ epoch: 4, attempts: 1 });
      await store.enqueue(queueRecord(conversationId, 'steer'));
      await store.commitSteering({ ...lease, epoch: 4 }, 1, 50);
      expect(await claim(store, conversationId, own)).toMatchObject({ epoch: 5, attempts: 1 });
    });

    it('are given up, and the turn can be claimed at once', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      await store.releaseTurn(lease);
      expect(await codeOf(store.commitStep(stepRecord(lease, 0)))).toBe('stale-epoch');
      const claimed = await claim(store, lease.conversationId);
      expect(claimed).toMatchObject({ turnId: lease.turnId, owner: 'host-b', attempts: 0 });
      const epoch = claimed?.epoch ?? 0;
      await store.commitStep(stepRecord({ ...lease, epoch }, 0));
    });
  });
}
