import { describe, expect, it } from 'vitest';
import { blobsConformance } from '../blobs-conformance.ts';
import { recordsConformance } from '../records-conformance.ts';
import { codeOf, startRecord, uniqueId } from '../store/fixture.ts';
import { storeConformance } from '../store-conformance.ts';
import { memoryStore } from './memory-store.ts';

storeConformance('memoryStore', () => memoryStore());
recordsConformance('memoryStore', () => memoryStore());
blobsConformance('memoryStore', () => memoryStore());

describe('memoryStore told to fail', () => {
  it('changes nothing where a call fails, and one thing where its answer is lost', async () => {
    const { store, failNext, loseNextAnswer } = memoryStore();
    const record = startRecord(uniqueId('conversation'));
    failNext('startTurn');
    expect(await codeOf(store.startTurn(record))).toBe('store-unavailable');
    expect(await store.readConversation(record.conversationId)).toBeUndefined();
    loseNextAnswer('startTurn');
    expect(await codeOf(store.startTurn(record))).toBe('store-unavailable');
    expect((await store.readConversation(record.conversationId))?.status).toBe('running');
    expect(await store.startTurn(record)).toMatchObject({ outcome: 'started', lastSeq: 1 });
  });

  it('answers nothing while it is unavailable', async () => {
    const { store, records, blobs, setAvailable } = memoryStore();
    setAvailable(false);
    const calls = [store.ping(), records.read('n', 'k'), blobs.describe('b')];
    const codes = await Promise.all(calls.map(codeOf));
    expect(new Set(codes)).toEqual(new Set(['store-unavailable']));
    setAvailable(true);
    expect(await codeOf(store.ping())).toBe('resolved');
  });

  it('waits for its hooks around the change', async () => {
    const seen: string[] = [];
    const { store } = memoryStore({
      beforeCall: (method) => void seen.push(`before ${method}`),
      afterCall: async (method) => void seen.push(`after ${method}`),
    });
    await store.ping();
    expect(seen).toEqual(['before ping', 'after ping']);
  });
});
