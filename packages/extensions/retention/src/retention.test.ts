import {
  extensionConformance,
  fakeExtensionContext,
  memoryJobs,
  memoryStore,
  virtualRuntime,
} from '@dispatch/conformance';
import type { KeepConversations } from '@dispatch/contracts';
import { expect, test } from 'vitest';
import extension from './index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A host with this extension, in a system of its own, on virtual time. */
async function open(options: unknown) {
  const runtime = virtualRuntime();
  const { store, blobs, ...faults } = memoryStore();
  const { jobs, stop } = memoryJobs({ runtime }).join();
  const context = fakeExtensionContext({ runtime });
  const conversations = {
    removeIdle: async (before: number, limit: number) =>
      (await store.deleteIdleConversations(before, limit)).length,
    removeSurplus: async (keep: KeepConversations, limit: number) =>
      (await store.deleteSurplusConversations(keep, limit)).length,
  };
  await extension.setup(context, { jobs, conversations, store, blobs, sink: [] }, options);
  const { records } = context;
  let count = 0;
  return {
    ...{ runtime, store, blobs, faults, records, stop },
    /** A conversation whose only turn is over now, unless it goes on. */
    async converse(isOver = true) {
      const conversationId = `c${count++}`;
      const at = runtime.wallNow();
      const turnId = `t-${conversationId}`;
      const lease = { conversationId, turnId, epoch: 1 };
      await store.startTurn({
        ...{ conversationId, turnId, create: {}, settings: {}, model: 'm', origin: 'user' },
        ...{ chunks: [{ role: 'user', json: '{"type":"text","text":"hi"}' }] },
        ...{ owner: 'host', leaseMs: dayMs, at },
      });
      const end = { finishReason: 'stop', durationMs: 1 } as const;
      if (isOver) await store.sealTurn({ lease, chunks: [], eventNumber: 1, end, at });
      return conversationId;
    },
    async attach(conversationId?: string, bytes = 1) {
      const blobId = `b${count++}`;
      await blobs.put({
        ...{ blobId, mediaType: 'image/png', bytes: new Uint8Array(bytes), at: runtime.wallNow() },
        ...(conversationId === undefined ? {} : { conversationId }),
      });
      return blobId;
    },
  };
}

extensionConformance('retention', extension, () => ({
  needed: {
    jobs: memoryJobs({ runtime: virtualRuntime() }).join().jobs,
    conversations: {},
    store: {},
    blobs: {},
    sink: [],
  },
}));

test('conversations stay, and attachments of nobody go after a week, unless told otherwise', async () => {
  const { runtime, store, blobs, converse, attach } = await open(undefined);
  const conversationId = await converse();
  const owned = await attach(conversationId);
  const lost = await attach();
  await runtime.advance(7 * dayMs - hourMs);
  expect(await blobs.describe(lost)).toBeDefined();
  await runtime.advance(2 * hourMs);
  expect(await blobs.describe(lost)).toBeUndefined();
  await runtime.advance(60 * dayMs);
  expect(await store.readConversation(conversationId)).toBeDefined();
  expect(await blobs.describe(owned)).toBeDefined();
});

test('conversations in which nothing happened for so long go, however many they are', async () => {
  const { runtime, store, converse, attach, blobs, records } = await open({
    conversationsDays: 30,
  });
  const old = await Promise.all(Array.from({ length: 50 }, () => converse()));
  const blobId = await attach(old[0]);
  await runtime.advance(29 * dayMs);
  const young = await converse();
  await runtime.advance(dayMs + hourMs);
  const left = await store.listConversationIds(100);
  expect(left).toEqual([young]);
  expect(await blobs.describe(blobId)).toBeUndefined();
  expect(records.map(({ type, attributes }) => [type, attributes])).toEqual([
    ['log', { removed: 50 }],
  ]);
});

test('the idlest conversations go where all are too large together, and who is at work stays', async () => {
  const { runtime, store, converse, attach, records } = await open({ conversationsMb: 2 });
  const working = await converse(false);
  await attach(working, 1_000_000);
  const ids: string[] = [];
  for (let i = 0; i < 250; i += 1) {
    ids.push(await converse());
    await attach(ids[i], 10_000);
    await runtime.advance(10);
  }
  await runtime.advance(hourMs);
  const left = new Set(await store.listConversationIds(300));
  expect(left).toContain(working);
  // 2 MiB hold the one at work, and 109 others with their messages.
  expect(ids.filter((id) => left.has(id))).toEqual(ids.slice(250 - 109));
  expect(records.map(({ attributes }) => attributes)).toEqual([{ removed: 250 - 109 }]);
  for (let i = 0; i < 3; i += 1) await attach(await converse(), 10_000);
  await runtime.advance(hourMs);
  expect(await store.listConversationIds(300)).toHaveLength(1 + 109);
});

test('the idlest conversations go where there are too many', async () => {
  const { runtime, store, converse } = await open({ conversationsMax: 30 });
  const ids: string[] = [];
  for (let i = 0; i < 80; i += 1) {
    ids.push(await converse());
    await runtime.advance(10);
  }
  await runtime.advance(hourMs);
  expect(new Set(await store.listConversationIds(100))).toEqual(new Set(ids.slice(50)));
});

test('the oldest attachments of nobody go where they are too large together', async () => {
  const { runtime, blobs, attach } = await open({ attachmentsMb: 2, attachmentsDays: 0 });
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    ids.push(await attach(undefined, 700_000));
    await runtime.advance(1000);
  }
  await runtime.advance(hourMs);
  const found = await Promise.all(ids.map((id) => blobs.describe(id)));
  expect(found.map((info) => info !== undefined)).toEqual([false, false, false, true, true]);
});

test('what is off asks for no work in the background', async () => {
  const { runtime, blobs, attach } = await open({ attachmentsDays: 0, attachmentsMb: 0 });
  const blobId = await attach();
  expect(runtime.sleepers()).toBe(0);
  await runtime.advance(60 * dayMs);
  expect(await blobs.describe(blobId)).toBeDefined();
});

test('a store that fails is asked again', async () => {
  const { runtime, blobs, attach, faults } = await open(undefined);
  const blobId = await attach();
  await runtime.advance(7 * dayMs);
  faults.failNext('blobs.removeUnowned');
  await runtime.advance(hourMs);
  expect(await blobs.describe(blobId)).toBeUndefined();
});

test('a host that stops lets go between two batches', async () => {
  const { runtime, store, converse, stop } = await open({ conversationsDays: 1 });
  await Promise.all(Array.from({ length: 90 }, () => converse()));
  await runtime.advance(dayMs + 17 * 60_000 + 50);
  await stop();
  const left = await store.listConversationIds(100);
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThan(90);
});
