import { describe, expect, it } from 'vitest';
import { claim, codeOf, type GetFixture, longLeaseMs, startedTurn, stepRecord } from './fixture.ts';

const shortWaitMs = 40;

export function waitSuite(fixture: GetFixture): void {
  describe('turns that wait', () => {
    const statusOf = async (conversationId: string) =>
      (await fixture().store.readConversation(conversationId))?.status;

    it('are nobody’s until they are woken, and are told as waiting', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      expect(await store.wakeTurn(conversationId, turnId)).toBe(false);
      await store.releaseTurn(lease, longLeaseMs);
      expect(await statusOf(conversationId)).toBe('waiting');
      expect(await codeOf(store.commitStep(stepRecord(lease, 0)))).toBe('stale-epoch');
      expect(await claim(store, conversationId)).toBeUndefined();
      expect(await store.wakeTurn(conversationId, 'another')).toBe(false);
      const woken = await Promise.all([1, 2, 3].map(() => store.wakeTurn(conversationId, turnId)));
      expect(woken.filter((isOwn) => isOwn)).toHaveLength(1);
      expect(await statusOf(conversationId)).toBe('running');
      const claimed = await claim(store, conversationId);
      expect(claimed).toMatchObject({ turnId, owner: 'host-b', attempts: 0 });
      expect(await store.wakeTurn(conversationId, turnId)).toBe(false);
    });

    it('can be claimed when what they wait for is due', async () => {
      const { store, advance } = fixture();
      const lease = await startedTurn(store);
      await store.releaseTurn(lease, shortWaitMs);
      await advance(shortWaitMs + 20);
      expect(await statusOf(lease.conversationId)).toBe('running');
      expect(await store.wakeTurn(lease.conversationId, lease.turnId)).toBe(false);
      expect(await claim(store, lease.conversationId)).toMatchObject({ attempts: 0 });
    });

    it.each(['before', 'after'])('do not wait to be aborted, asked %s they wait', async (when) => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      if (when === 'before') await store.requestAbort(conversationId, turnId);
      await store.releaseTurn(lease, longLeaseMs);
      if (when === 'after') expect(await store.requestAbort(conversationId, turnId)).toBe('');
      expect(await claim(store, conversationId)).toMatchObject({ isAbortRequested: true });
    });
  });
}
