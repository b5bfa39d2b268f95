import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  codeOf,
  type MakeStore,
  queueRecord,
  type StoreFixture,
  startedTurn,
  startRecord,
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

    describe('removing what belongs to no conversation', () => {
      /** Unowned blobs put at these times, longer ago than anything else here; and which are left. */
      const putAt = async (...times: readonly number[]) => {
        const put = times.map((at) => ({ ...newBlob(), at }));
        for (const blob of put) await fixture.blobs.put(blob);
        return async () => {
          const found = await Promise.all(put.map(({ blobId }) => fixture.blobs.describe(blobId)));
          return times.filter((_, index) => found[index] !== undefined);
        };
      };

      it('takes the oldest first, up to the limit, and nothing else', async () => {
        const { blobs, store } = fixture;
        const left = await putAt(-1000, -3000, -2000, -3000);
        const { conversationId } = await startedTurn(store);
        const owned = { ...newBlob(), conversationId, at: -4000 };
        await blobs.put(owned);
        expect(await blobs.removeUnowned({ since: -3000 }, 10)).toBe(0);
        expect(await blobs.removeUnowned({ since: -1000 }, 2)).toBe(2);
        expect(await left()).toEqual([-1000, -2000]);
        const removed = await Promise.all(
          [1, 2, 3].map(() => blobs.removeUnowned({ since: -999 }, 10)),
        );
        expect(removed.reduce((sum, count) => sum + count)).toBe(2);
        expect(await left()).toEqual([]);
        expect(await blobs.describe(owned.blobId)).toBeDefined();
      });

      it('keeps the newest that have so many bytes together', async () => {
        const { blobs } = fixture;
        await blobs.removeUnowned({ since: Number.MAX_SAFE_INTEGER }, 1000);
        const left = await putAt(10, 30, 20, 40);
        expect(await blobs.removeUnowned({ since: 0, maxBytes: 20_000 }, 10)).toBe(0);
        expect(await blobs.removeUnowned({ since: 0, maxBytes: 10_000 }, 1)).toBe(1);
        expect(await left()).toEqual([30, 20, 40]);
        expect(await blobs.removeUnowned({ since: 0, maxBytes: 14_999 }, 10)).toBe(1);
        expect(await left()).toEqual([30, 40]);
      });
    });

    describe('of a message', () => {
      const messages = {
        started: (conversationId: string, blobIds: readonly string[]) =>
          fixture.store.startTurn(startRecord(conversationId, { blobIds })),
        queued: (conversationId: string, blobIds: readonly string[]) =>
          fixture.store.enqueue(queueRecord(conversationId, 'look', { blobIds })),
      };
      for (const [how, send] of Object.entries(messages)) {
        it(`become the conversation's with it, where they are nobody's (${how})`, async () => {
          const { blobs, store } = fixture;
          const other = await startedTurn(store);
          const free = newBlob();
          const owned = { ...newBlob(), conversationId: other.conversationId };
          await Promise.all([blobs.put(free), blobs.put(owned)]);
          const conversationId = uniqueId('conversation');
          await send(conversationId, [free.blobId, owned.blobId, free.blobId]);
          expect(await blobs.describe(free.blobId)).toMatchObject({ conversationId });
          expect(await blobs.describe(owned.blobId)).toMatchObject({
            conversationId: other.conversationId,
          });
          await store.deleteConversation(conversationId);
          expect(await blobs.describe(free.blobId)).toBeUndefined();
          expect(await blobs.describe(owned.blobId)).toBeDefined();
        });

        it(`go with the last whose messages name them (${how})`, async () => {
          const { blobs, store } = fixture;
          const blob = newBlob();
          await blobs.put(blob);
          const ids = ['a', 'b', 'c'].map((name) => uniqueId(`conversation-${name}`));
          for (const id of ids) await send(id, [blob.blobId]);
          const [first = '', second = '', third = ''] = ids;
          await store.deleteConversation(second);
          await store.deleteConversation(first);
          expect(await blobs.describe(blob.blobId)).toMatchObject({ conversationId: third });
          expect(await blobs.read(blob.blobId)).toHaveLength(5000);
          await store.deleteConversation(third);
          expect(await blobs.describe(blob.blobId)).toBeUndefined();
        });

        it(`refuse it where one is not there, and nothing is changed (${how})`, async () => {
          const { blobs, store } = fixture;
          const free = newBlob();
          await blobs.put(free);
          const conversationId = uniqueId('conversation');
          const lost = [free.blobId, uniqueId('blob')];
          expect(await codeOf(send(conversationId, lost))).toBe('attachment-not-found');
          expect(await store.readConversation(conversationId)).toBeUndefined();
          expect((await blobs.describe(free.blobId))?.conversationId).toBeUndefined();
        });
      }
    });

    describe('of a fork', () => {
      const forked = async (conversationId: string, blobIds: readonly string[]) => {
        const newConversationId = uniqueId('fork');
        await fixture.store.forkConversation({
          ...{ conversationId, newConversationId, blobIds, at: 1 },
        });
        return newConversationId;
      };

      it('stay as long as it or what it was forked from is there', async () => {
        const { blobs, store } = fixture;
        const { conversationId } = await startedTurn(store);
        const [taken, left] = [newBlob(), newBlob()].map((blob) => ({ ...blob, conversationId }));
        if (taken === undefined || left === undefined) throw new Error('there are two');
        await Promise.all([blobs.put(taken), blobs.put(left)]);
        const fork = await forked(conversationId, [taken.blobId, uniqueId('blob')]);
        const forkOfFork = await forked(fork, [taken.blobId]);
        await store.deleteConversation(fork);
        expect(await blobs.describe(taken.blobId)).toMatchObject({ conversationId });
        await store.deleteConversation(conversationId);
        expect(await blobs.describe(taken.blobId)).toMatchObject({ conversationId: forkOfFork });
        expect(await blobs.describe(left.blobId)).toBeUndefined();
        expect(await blobs.read(taken.blobId)).toHaveLength(5000);
        await store.deleteConversation(forkOfFork);
        expect(await blobs.describe(taken.blobId)).toBeUndefined();
      });

      it('are its own too, and none that was not of what it was forked from', async () => {
        const { blobs, store } = fixture;
        const { conversationId } = await startedTurn(store);
        const stranger = await startedTurn(store);
        const [own, foreign] = [conversationId, stranger.conversationId].map((id) => ({
          ...newBlob(),
          conversationId: id,
        }));
        const free = newBlob();
        if (own === undefined || foreign === undefined) throw new Error('there are two');
        await Promise.all([own, foreign, free].map((blob) => blobs.put(blob)));
        const fork = await forked(conversationId, [own.blobId, foreign.blobId, free.blobId]);
        expect(await blobs.describe(own.blobId, fork)).toEqual(await blobs.describe(own.blobId));
        expect(await blobs.describe(own.blobId, conversationId)).toBeDefined();
        expect(await blobs.describe(own.blobId, stranger.conversationId)).toBeUndefined();
        expect(await blobs.describe(foreign.blobId, fork)).toBeUndefined();
        expect(await blobs.describe(foreign.blobId, stranger.conversationId)).toBeDefined();
        expect(await blobs.describe(free.blobId, fork)).toBeUndefined();
        expect((await blobs.describe(free.blobId))?.conversationId).toBeUndefined();
      });

      it('stay with it, or it is not made, where what it is made of goes meanwhile', async () => {
        const { blobs, store } = fixture;
        for (let round = 0; round < 10; round += 1) {
          const { conversationId } = await startedTurn(store);
          const blob = { ...newBlob(), conversationId };
          await blobs.put(blob);
          const fork = uniqueId('fork');
          const other = uniqueId('conversation');
          const { blobId } = blob;
          const [made, named] = await Promise.all([
            codeOf(
              store.forkConversation({
                ...{ conversationId, newConversationId: fork, blobIds: [blobId], at: 1 },
              }),
            ),
            codeOf(store.startTurn(startRecord(other, { blobIds: [blobId] }))),
            store.deleteConversation(conversationId),
          ]);
          expect(['resolved', 'conversation-not-found']).toContain(made);
          expect(['resolved', 'attachment-not-found']).toContain(named);
          const isKept = made === 'resolved' || named === 'resolved';
          expect((await blobs.describe(blobId)) !== undefined).toBe(isKept);
          await Promise.all([fork, other].map((id) => store.deleteConversation(id)));
          expect(await blobs.describe(blobId)).toBeUndefined();
        }
      });

      it('go with the last, where all go at once', async () => {
        const { blobs, store } = fixture;
        for (let round = 0; round < 5; round += 1) {
          const { conversationId } = await startedTurn(store);
          const blob = { ...newBlob(), conversationId };
          await blobs.put(blob);
          const forks = await Promise.all(
            [1, 2, 3].map(() => forked(conversationId, [blob.blobId])),
          );
          await Promise.all([conversationId, ...forks].map((id) => store.deleteConversation(id)));
          expect(await blobs.describe(blob.blobId)).toBeUndefined();
        }
      });
    });

    it('says what it does not know', async () => {
      const { blobs } = fixture;
      for (const blobId of ['nothing', '', 'a b', '\u0000', '\ud800', 'x'.repeat(10_000)]) {
        expect(await blobs.describe(blobId)).toBeUndefined();
        expect(await codeOf(blobs.read(blobId))).toBe('blob-not-found');
        const range = { offset: 0, length: 1 };
        expect(await codeOf(blobs.read(blobId, range))).toBe('blob-not-found');
      }
      const lost = { ...newBlob(), conversationId: uniqueId('conversation') };
      expect(await codeOf(blobs.put(lost))).toBe('conversation-not-found');
    });
  });
}
