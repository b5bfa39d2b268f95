import type { KeepConversations } from '@dispatch/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  codeOf,
  type MakeStore,
  queueRecord,
  type StoreFixture,
  sealedTurn,
  startedTurn,
  startRecord,
  stepRecord,
  textChunk,
  uniqueId,
} from './fixture.ts';

/** On a store of its own: all that is there counts. */
export function surplusSuite(make: MakeStore): void {
  describe('deleting surplus conversations', () => {
    let fixture: StoreFixture;
    beforeAll(async () => {
      fixture = await make();
    });
    afterAll(async () => {
      await fixture.dispose?.();
    });
    beforeEach(async () => {
      const { store } = fixture;
      for (const id of await store.listConversationIds(1000)) await store.deleteConversation(id);
    });

    /** A conversation whose only turn ended then, and said so much. */
    const idleSince = async (at: number, text = 'hello'): Promise<string> => {
      const { store } = fixture;
      const chunks = [textChunk(text)];
      const { conversationId, turnId, epoch } = await startedTurn(store, { at, chunks });
      await store.sealTurn({
        lease: { conversationId, turnId, epoch },
        ...{ chunks: [], eventNumber: 1, end: { finishReason: 'stop', durationMs: 1 }, at },
      });
      return conversationId;
    };
    const measure = async (limit = 1000): Promise<string[]> => {
      const seen: string[] = [];
      for (;;) {
        const last = await fixture.store.measureConversations(limit, seen.at(-1));
        if (last === undefined) return seen;
        seen.push(last);
      }
    };
    const surplus = (keep: KeepConversations, limit = 100) =>
      fixture.store.deleteSurplusConversations(keep, limit);
    const bytesOf = (...texts: readonly string[]) =>
      texts.reduce((sum, text) => sum + Buffer.byteLength(textChunk(text).json), 0);
    /** Exactly so many bytes are noted for all together: nothing goes for them, something for one less. */
    const expectNoted = async (bytes: number) => {
      expect(await surplus({ maxBytes: bytes })).toEqual([]);
      expect(await surplus({ maxBytes: bytes - 1 }, 1)).toHaveLength(1);
    };

    it('takes the idlest first, up to the limit, until so many are left', async () => {
      const third = await idleSince(3);
      const first = await idleSince(1);
      const second = await idleSince(2);
      const fourth = await idleSince(4);
      expect(await surplus({})).toEqual([]);
      expect(await surplus({ maxCount: 4 })).toEqual([]);
      expect(await surplus({ maxCount: 1 }, 2)).toEqual([first, second]);
      expect(await surplus({ maxCount: 1 }, 2)).toEqual([third]);
      expect(await surplus({ maxCount: 1 })).toEqual([]);
      expect(await fixture.store.listConversationIds(10)).toEqual([fourth]);
      expect(await surplus({ maxCount: 0 })).toEqual([fourth]);
    });

    it('takes the idlest first until the rest has no more bytes together', async () => {
      const text = 'x'.repeat(1000);
      const ids: string[] = [];
      for (let at = 1; at <= 5; at += 1) ids.push(await idleSince(at, text));
      expect(await surplus({ maxBytes: 0 })).toEqual([]);
      await measure();
      const all = bytesOf(text) * 5;
      expect(await surplus({ maxBytes: all })).toEqual([]);
      expect(await surplus({ maxBytes: all - 1 })).toEqual(ids.slice(0, 1));
      expect(await surplus({ maxBytes: 2500 }, 1)).toEqual(ids.slice(1, 2));
      expect(await surplus({ maxBytes: 2500, maxCount: 3 })).toEqual(ids.slice(2, 3));
      expect(await surplus({ maxBytes: 2500, maxCount: 1 })).toEqual(ids.slice(3, 4));
      expect(await surplus({ maxBytes: 2500, maxCount: 1 })).toEqual([]);
    });

    it('leaves those in which a turn runs or a message waits, and counts them', async () => {
      const { store } = fixture;
      const running = await startedTurn(store, { at: 1, chunks: [textChunk('r'.repeat(500))] });
      const waiting = uniqueId('conversation');
      await store.enqueue(queueRecord(waiting, 'waits', { at: 1 }));
      const idle = await idleSince(2);
      await measure();
      const bytes = bytesOf('r'.repeat(500), 'hello');
      expect(await surplus({ maxBytes: bytes, maxCount: 3 })).toEqual([]);
      expect(await surplus({ maxBytes: bytes - 1 })).toEqual([idle]);
      expect(await surplus({ maxBytes: 0, maxCount: 0 })).toEqual([]);
      expect(await codeOf(store.commitStep(stepRecord(running, 0)))).toBe('resolved');
      expect(await store.listQueue(waiting)).toHaveLength(1);
    });

    it('counts chunks, records and blobs, and what came since with the next look', async () => {
      const { store, records, blobs } = fixture;
      const conversationId = await idleSince(1, '🙂 \u0000');
      const namespace = uniqueId('namespace');
      await records.write({ namespace, key: 'k', json: '"twelve ch"', conversationId });
      const blob = { mediaType: 'text/plain', bytes: new Uint8Array(700), at: 1 };
      await blobs.put({ ...blob, blobId: uniqueId('blob'), conversationId });
      await blobs.put({ ...blob, blobId: uniqueId('blob') });
      await measure();
      const before = bytesOf('🙂 \u0000') + 11 + 700;
      expect(await surplus({ maxBytes: before })).toEqual([]);
      const chunks = [textChunk('more')];
      const lease = await startedTurn(store, { conversationId, chunks, at: 1 });
      await sealedTurn(store, lease);
      await measure();
      await measure();
      expect(await surplus({ maxBytes: before + bytesOf('more') })).toEqual([]);
      expect(await surplus({ maxBytes: before + bytesOf('more') - 1 })).toEqual([conversationId]);
    });

    it('counts what is there anew from its beginning, and what is gone no more', async () => {
      const { store } = fixture;
      const conversationId = await idleSince(1, 'x'.repeat(1000));
      await measure();
      await store.deleteConversation(conversationId);
      await sealedTurn(store, await startedTurn(store, { conversationId, at: 1 }));
      expect(await surplus({ maxBytes: 0 })).toEqual([]);
      await measure();
      await expectNoted(bytesOf('hello'));
    });

    it('counts a shared blob once, with whom it is left to', async () => {
      const { store, blobs } = fixture;
      const blobId = uniqueId('blob');
      await blobs.put({ blobId, mediaType: 'text/plain', bytes: new Uint8Array(700), at: 1 });
      const sharing = async () => {
        const conversationId = uniqueId('conversation');
        await store.startTurn(startRecord(conversationId, { blobIds: [blobId], at: 1 }));
        const { turnId = '' } = (await store.readLastTurn(conversationId)) ?? {};
        await sealedTurn(store, { conversationId, turnId, epoch: 1 });
        return conversationId;
      };
      const [first] = [await sharing(), await sharing()];
      await measure();
      expect(await surplus({ maxBytes: bytesOf('hello', 'hello') + 700 })).toEqual([]);
      await store.deleteConversation(first);
      await measure();
      await expectNoted(bytesOf('hello') + 700);
    });

    it('is looked at page by page, each conversation once', async () => {
      for (let at = 1; at <= 5; at += 1) await idleSince(at);
      const ids = await fixture.store.listConversationIds(10);
      expect(await measure(2)).toEqual([ids[1], ids[3], ids[4]]);
      await expectNoted(bytesOf('hello') * 5);
    });

    it('is right where conversations go on, and go, while it is looked at', async () => {
      const { store } = fixture;
      const ids = await Promise.all(Array.from({ length: 20 }, (_, at) => idleSince(at)));
      const goOn = async (conversationId: string) => {
        const started = startedTurn(store, { conversationId, at: 50 });
        await sealedTurn(store, await started);
      };
      const [going, deleted] = [ids.slice(0, 10), ids.slice(10)];
      const looks = [1, 2, 3].map(() => measure(7));
      await Promise.all([
        ...looks,
        ...going.map(goOn),
        ...deleted.map((id) => store.deleteConversation(id)),
      ]);
      await measure();
      await expectNoted(bytesOf('hello', 'hello') * going.length);
    });

    it('takes no more than it has to, whoever races', async () => {
      const { store } = fixture;
      for (let at = 1; at <= 12; at += 1) await idleSince(at);
      const taken: string[] = [];
      // Who finds rows locked leaves them to the other: only a round that finds none is the last.
      for (;;) {
        const rounds = await Promise.all([1, 2, 3].map(() => surplus({ maxCount: 5 }, 3)));
        if (rounds.flat().length === 0) break;
        taken.push(...rounds.flat());
      }
      expect(new Set(taken).size).toBe(7);
      expect(await store.listConversationIds(100)).toHaveLength(5);
    });
  });
}
