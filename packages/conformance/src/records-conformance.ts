import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, type MakeStore, type StoreFixture, uniqueId } from './store/fixture.ts';

/** The suite of the contract `records`. */
export function recordsConformance(name: string, make: MakeStore): void {
  describe(`${name}: records contract`, () => {
    let fixture: StoreFixture;
    beforeAll(async () => {
      fixture = await make();
    });
    afterAll(async () => {
      await fixture.dispose?.();
    });

    it('counts versions from 1 and gives back what was written', async () => {
      const { records } = fixture;
      const namespace = uniqueId('namespace');
      const json = '{ "a" : "\\u0000\u2028🙂" }';
      expect(await records.read(namespace, 'k')).toBeUndefined();
      expect(await records.write({ namespace, key: 'k', json: '0' })).toBe(1);
      expect(await records.write({ namespace, key: 'k', json })).toBe(2);
      expect(await records.read(namespace, 'k')).toEqual({ key: 'k', json, version: 2 });
      expect(await records.read(uniqueId('namespace'), 'k')).toBeUndefined();
    });

    it('refuses a write that expected another version', async () => {
      const { records } = fixture;
      const namespace = uniqueId('namespace');
      const write = (json: string, expectedVersion: number) =>
        records.write({ namespace, key: 'k', json, expectedVersion });
      expect(await codeOf(write('a', 1))).toBe('version-conflict');
      expect(await write('a', 0)).toBe(1);
      expect(await codeOf(write('b', 0))).toBe('version-conflict');
      expect(await codeOf(write('b', 2))).toBe('version-conflict');
      expect(await write('b', 1)).toBe(2);
      expect(await records.read(namespace, 'k')).toEqual({ key: 'k', json: 'b', version: 2 });
    });

    it('lets one of many writers win', async () => {
      const { records } = fixture;
      const namespace = uniqueId('namespace');
      for (const expectedVersion of [0, 1]) {
        const codes = await Promise.all(
          Array.from({ length: 10 }, (_, i) =>
            codeOf(records.write({ namespace, key: 'k', json: `${i}`, expectedVersion })),
          ),
        );
        expect(codes.filter((code) => code === 'resolved')).toHaveLength(1);
        expect(codes.filter((code) => code === 'version-conflict')).toHaveLength(9);
      }
    });

    it('removes, and tells whether there was one', async () => {
      const { records } = fixture;
      const namespace = uniqueId('namespace');
      await records.write({ namespace, key: 'k', json: '1' });
      expect(await codeOf(records.remove(namespace, 'k', 2))).toBe('version-conflict');
      expect(await codeOf(records.remove(namespace, 'k', 0))).toBe('version-conflict');
      expect(await records.remove(namespace, 'k', 1)).toBe(true);
      expect(await records.remove(namespace, 'k')).toBe(false);
      expect(await records.remove(namespace, 'k', 0)).toBe(false);
      expect(await codeOf(records.remove(namespace, 'k', 1))).toBe('version-conflict');
    });

    it('refuses a conversation that does not exist', async () => {
      const { records } = fixture;
      const namespace = uniqueId('namespace');
      const write = { namespace, key: 'k', json: '1', conversationId: uniqueId('conversation') };
      expect(await codeOf(records.write(write))).toBe('conversation-not-found');
      expect(await records.read(namespace, 'k')).toBeUndefined();
    });

    it('lists by code point, by prefix, page by page, whatever the keys hold', async () => {
      const { records } = fixture;
      const keys = fc.uniqueArray(
        fc.string({
          unit: fc.constantFrom('a', 'B', '\u0000', '\u0001', '%', '_', '"', '\uFFFD', '🙂', 'é'),
        }),
        { minLength: 1, maxLength: 8 },
      );
      await fc.assert(
        fc.asyncProperty(keys, async (given) => {
          const namespace = uniqueId('namespace');
          await Promise.all(given.map((key) => records.write({ namespace, key, json: '1' })));
          const bytes = (key: string) => Buffer.from(key);
          const sorted = [...given].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
          const list = async (query: { prefix?: string; afterKey?: string; limit: number }) =>
            (await records.list({ namespace, ...query })).map((record) => record.key);
          expect(await list({ limit: 1000 })).toEqual(sorted);
          expect(await list({ limit: 2 })).toEqual(sorted.slice(0, 2));
          const [first = ''] = sorted;
          expect(await list({ afterKey: first, limit: 1000 })).toEqual(sorted.slice(1));
          const prefix = given[0]?.slice(0, 1).toWellFormed() ?? '';
          const matching = sorted.filter((key) => key.startsWith(prefix));
          expect(await list({ prefix, limit: 1000 })).toEqual(matching);
        }),
        { numRuns: 15, seed: 7 },
      );
    });
  });
}
