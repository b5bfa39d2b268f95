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
  stepIdOf,
  stepRecord,
  turnEnd,
  uniqueId,
} from './fixture.ts';

export function abortSuite(fixture: GetFixture): void {
  describe('a request to abort', () => {
    it('is told to the owner, and names it', async () => {
      const { store } = fixture();
      const owner = uniqueId('host');
      const { conversationId, turnId } = await startedTurn(store, { owner });
      const other = await startedTurn(store, { owner });
      const renewed = async () =>
        new Map(
          (await store.renewLeases(owner, longLeaseMs)).map((one) => [
            one.turnId,
            one.isAbortRequested,
          ]),
        );
      expect((await renewed()).get(turnId)).toBe(false);
      const before = await store.readConversation(conversationId);
      expect(await store.requestAbort(conversationId, turnId)).toBe(owner);
      expect(await store.requestAbort(conversationId, turnId)).toBe(owner);
      expect(await renewed()).toEqual(
        new Map([
          [turnId, true],
          [other.turnId, false],
        ]),
      );
      expect(await store.readConversation(conversationId)).toEqual(before);
    });

    it('outlives its owner, whoever takes the turn over', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      await store.requestAbort(conversationId, turnId);
      await store.releaseTurn(lease);
      expect(await store.requestAbort(conversationId, turnId)).toBe('');
      expect(await claim(store, conversationId)).toMatchObject({ isAbortRequested: true });
      const again = { owner: 'host-b', includeOwn: true };
      expect(await claim(store, conversationId, again)).toMatchObject({
        epoch: 4,
        isAbortRequested: true,
      });
      const untouched = await startedTurn(store);
      await store.releaseTurn(untouched);
      expect(await claim(store, untouched.conversationId)).toMatchObject({
        isAbortRequested: false,
      });
    });

    it('of a turn that nobody owns is told to the one who claims it', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      await store.releaseTurn(lease);
      expect(await store.requestAbort(conversationId, turnId)).toBe('');
      expect(await claim(store, conversationId)).toMatchObject({ isAbortRequested: true });
    });

    it('refuses none of the turn’s writes, and ends with the turn', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      await store.requestAbort(conversationId, turnId);
      await store.enqueue(queueRecord(conversationId, 'waited'));
      await store.recordToolStep(lease, stepIdOf(lease), 'c', 'n', '1');
      await store.commitStep(stepRecord(lease, 0));
      await store.commitSteering(lease, 1, 50);
      const own = { owner: 'host-a', includeOwn: true };
      const { epoch = 0 } = (await claim(store, conversationId, own)) ?? {};
      const last = { ...lease, epoch };
      await store.commitStep(stepRecord(last, 1, { end: turnEnd }));
      expect(await chunkTexts(store, conversationId)).toHaveLength(4);
      expect(await store.requestAbort(conversationId, turnId)).toBeUndefined();

      await startedTurn(store, { conversationId });
      expect(await store.requestAbort(conversationId, turnId)).toBeUndefined();
      expect(await claim(store, conversationId, own)).toMatchObject({ isAbortRequested: false });
    });

    it('finds nothing where no such turn runs', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId, turnId } = lease;
      expect(await store.requestAbort(conversationId, 'another')).toBeUndefined();
      expect(await store.requestAbort(uniqueId('conversation'), turnId)).toBeUndefined();
      await sealedTurn(store, lease);
      expect(await store.requestAbort(conversationId, turnId)).toBeUndefined();
    });

    it('races with the seal: told before it, or too late for it', async () => {
      const { store } = fixture();
      for (let i = 0; i < 10; i += 1) {
        const lease = await startedTurn(store);
        const { conversationId, turnId } = lease;
        const [sealed] = await Promise.all([
          codeOf(sealedTurn(store, lease)),
          store.requestAbort(conversationId, turnId),
        ]);
        expect(sealed).toBe('resolved');
        await startedTurn(store, { conversationId });
        const own = { owner: 'host-a', includeOwn: true };
        expect(await claim(store, conversationId, own)).toMatchObject({ isAbortRequested: false });
      }
    });
  });
}
