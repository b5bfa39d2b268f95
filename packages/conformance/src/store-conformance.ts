import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abortSuite } from './store/aborts.ts';
import { callSuite } from './store/calls.ts';
import { commitSuite } from './store/commits.ts';
import { chunkSuite, conversationSuite } from './store/conversations.ts';
import { crowdSuite } from './store/crowds.ts';
import { fencingSuite } from './store/fencing.ts';
import {
  codeOf,
  type MakeStore,
  type StoreFixture,
  startedTurn,
  stepIdOf,
  stepRecord,
  turnEnd,
  uniqueId,
} from './store/fixture.ts';
import { historySuite } from './store/histories.ts';
import { idleSuite } from './store/idle.ts';
import { leaseSuite } from './store/leases.ts';
import { ledgerSuite } from './store/ledger.ts';
import { queueSuite } from './store/queue.ts';
import { raceSuite } from './store/races.ts';
import { startTurnSuite } from './store/start-turn.ts';
import { surplusSuite } from './store/surplus.ts';
import { viewSuite } from './store/views.ts';
import { waitSuite } from './store/waits.ts';

export type { MakeStore, StoreFixture } from './store/fixture.ts';

/**
 * The suite of the contract `store`: every sentence of it, races included. One fixture serves all
 * tests; each uses conversations of its own.
 */
export function storeConformance(name: string, make: MakeStore): void {
  describe(`${name}: store contract`, () => {
    let made: StoreFixture | undefined;
    const fixture = (): StoreFixture => {
      if (made === undefined) throw new Error('The store is not there yet.');
      return made;
    };
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.dispose?.();
    });

    it('answers a ping', async () => {
      expect(await codeOf(fixture().store.ping())).toBe('resolved');
    });
    startTurnSuite(fixture);
    commitSuite(fixture);
    callSuite(fixture);
    fencingSuite(fixture);
    leaseSuite(fixture);
    waitSuite(fixture);
    ledgerSuite(fixture);
    abortSuite(fixture);
    queueSuite(fixture);
    raceSuite(fixture);
    crowdSuite(fixture);
    historySuite(fixture);
    conversationSuite(fixture);
    chunkSuite(fixture);
    viewSuite(fixture);
    idleSuite(fixture);
    surplusSuite(make);

    describe('records that join a commit', () => {
      it('are written with the step, or the step is not', async () => {
        const { store, records } = fixture();
        const lease = await startedTurn(store);
        const { conversationId, turnId } = lease;
        const namespace = uniqueId('namespace');
        const one = { namespace, key: 'one', json: '1', conversationId };
        const two = { namespace, key: 'two', json: '2', expectedVersion: 0 };
        await store.commitStep(stepRecord(lease, 0, { records: [one, two] }));
        expect(await records.read(namespace, 'two')).toEqual({ key: 'two', json: '2', version: 1 });

        await store.recordResponse(lease, stepIdOf(lease, 1), '{}');
        const before = await store.readConversation(conversationId);
        const conflict = { records: [{ ...one, json: 'new' }, two], end: turnEnd };
        const refused = store.commitStep(stepRecord(lease, 1, conflict));
        expect(await codeOf(refused)).toBe('version-conflict');
        expect(await records.read(namespace, 'one')).toEqual({ key: 'one', json: '1', version: 1 });
        expect(await store.readConversation(conversationId)).toEqual(before);
        const claim = { owner: 'host-a', leaseMs: 600_000, includeOwn: true, limit: 1000 };
        const claimed = (await store.claimTurns(claim)).find((turn) => turn.turnId === turnId);
        expect(claimed).toMatchObject({ stepsCommitted: 1, responseJson: '{}' });

        const stale = stepRecord(lease, 1, { records: [{ ...one, json: 'stale' }] });
        expect(await codeOf(store.commitStep(stale))).toBe('stale-epoch');
        expect((await records.read(namespace, 'one'))?.json).toBe('1');
      });
    });
  });
}
