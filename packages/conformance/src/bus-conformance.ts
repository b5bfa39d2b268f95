import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverySuite } from './bus/delivery-suite.ts';
import type { BusFixture } from './bus/fixture.ts';
import { textSuite } from './bus/text-suite.ts';

export type { BusFixture } from './bus/fixture.ts';

/**
 * The suite of the contract `bus`, where nothing fails: what is published arrives. Neither order nor
 * a single delivery is asked for. One fixture serves all tests but the last; each uses topics of its
 * own.
 */
export function busConformance(label: string, makeFixture: () => Promise<BusFixture>): void {
  describe(`${label}: bus contract`, () => {
    let made: BusFixture | undefined;
    const fixture = (): BusFixture => {
      if (made === undefined) throw new Error('The bus is not there yet.');
      return made;
    };
    beforeAll(async () => {
      made = await makeFixture();
    });
    afterAll(async () => {
      await made?.dispose?.();
    });

    deliverySuite(fixture);
    textSuite(fixture);

    it('never throws, after its end either', async () => {
      const { members, dispose } = await makeFixture();
      const unsubscribe = await members[0].subscribe('end', () => {});
      await dispose?.();
      for (const member of members) {
        expect(() => member.publish('end', 'too late')).not.toThrow();
      }
      expect(unsubscribe).not.toThrow();
    });
  });
}
