import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  codeOf,
  type MakeStore,
  type StoreFixture,
  startedTurn,
  uniqueId,
} from './store/fixture.ts';

/** The suite of the contract `blobs`. */
export function blobsConformance(name: string, make: MakeStore): void {
  describe(`${name}: blobs contract`, () => {
    let fixture: StoreFixture;
    beforeAll(async () => {
      fixture = await make();
    });
    afterAll(async () => {
      await fixture.dispose?.();
    });

    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) % 256);
    const newBlob = () => ({
      blobId: uniqueId('blob'),
      mediaType: 'application/x-test',
      bytes,
      at: 1,
    });

    it('gives back the bytes, whole and by range', async () => {
      const { blobs } = fixture;
      const blob = newBlob();
      await blobs.put(blob);
      const read = async (offset: number, length: number) =>
        Buffer.from(await blobs.read(blob.blobId, { offset, length }));
      expect(Buffer.from(await blobs.read(blob.blobId)).equals(bytes)).toBe(true);
      expect((await read(0, 10)).equals(bytes.subarray(0, 10))).toBe(true);
      expect((await read(4000, 100)).equals(bytes.subarray(4000, 4100))).toBe(true);
      expect((await read(4990, 1_000_000)).equals(bytes.subarray(4990))).toBe(true);
      expect(await read(5000, 10)).toHaveLength(0);
      expect(await read(Number.MAX_SAFE_INTEGER, 10)).toHaveLength(0);
      expect(await read(10, 0)).toHaveLength(0);
    });

    it('describes without the bytes', async () => {
      const { blobs, store } = fixture;
      const plain = newBlob();
      await blobs.put(plain);
      const { blobId, mediaType } = plain;
      expect(await blobs.describe(blobId)).toEqual({ blobId, mediaType, size: 5000 });
      const { conversationId } = await startedTurn(store);
      const named = { ...newBlob(), conversationId, name: 'a\u0000b 🙂.bin' };
      await blobs.put(named);
      expect(await blobs.describe(named.blobId)).toEqual({
        blobId: named.blobId,
        conversationId,
        mediaType,
        name: named.name,
        size: 5000,
      });
    });

    it('keeps a blob as it was put first', async () => {
      const { blobs } = fixture;
      const blob = newBlob();
      await Promise.all([blobs.put(blob), blobs.put(blob)]);
      await blobs.put(blob);
      const changed = { ...blob, bytes: bytes.subarray(1) };
      expect(await codeOf(blobs.put(changed))).toBe('invalid-input');
      expect(await blobs.read(blob.blobId)).toHaveLength(5000);
      await blobs.put({ ...newBlob(), blobId: `${blob.blobId}-empty`, bytes: new Uint8Array() });
      expect(await blobs.read(`${blob.blobId}-empty`)).toHaveLength(0);
    });

    it('does not follow what the caller does with its bytes later', async () => {
      const { blobs } = fixture;
      const mine = Uint8Array.from([1, 2, 3]);
      const blob = { ...newBlob(), bytes: mine };
      await blobs.put(blob);
      mine[0] = 9;
      expect([...(await blobs.read(blob.blobId))]).toEqual([1, 2, 3]);
    });

    it('removes what belongs to nobody, the oldest first, and nothing else', async () => {
      const { blobs, store } = fixture;
      // Older than what the other tests put.
      const ages = [-1000, -3000, -2000, -3000] as const;
      const mine = ages.map((at) => ({ ...newBlob(), at }));
      for (const blob of mine) await blobs.put(blob);
      const { conversationId } = await startedTurn(store);
      const owned = { ...newBlob(), conversationId, at: -4000 };
      await blobs.put(owned);
      const left = async () => {
        const found = await Promise.all(mine.map(({ blobId }) => blobs.describe(blobId)));
        return ages.filter((_, index) => found[index] !== undefined);
      };
      expect(await blobs.removeUnowned(-3000, 10)).toBe(0);
      expect(await blobs.removeUnowned(-1000, 2)).toBe(2);
      expect(await left()).toEqual([-1000, -2000]);
      const [one, other] = await Promise.all([
        blobs.removeUnowned(-999, 10),
        blobs.removeUnowned(-999, 10),
      ]);
      expect(one + other).toBe(2);
      expect(await left()).toEqual([]);
      expect(await blobs.describe(owned.blobId)).toBeDefined();
    });

    it('says what it does not know', async () => {
      const { blobs } = fixture;
      expect(await blobs.describe('nothing')).toBeUndefined();
      expect(await codeOf(blobs.read('nothing'))).toBe('blob-not-found');
      const lost = { ...newBlob(), conversationId: uniqueId('conversation') };
      expect(await codeOf(blobs.put(lost))).toBe('conversation-not-found');
    });
  });
}
