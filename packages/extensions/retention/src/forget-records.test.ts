import {
  fakeExtensionContext,
  memoryJobs,
  memoryStore,
  virtualRuntime,
} from '@dispatch/conformance';
import type { ForgetRequest, Sink } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import extension from './index.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A sink that holds the names of conversations, and notes when it is told to forget. */
function rememberingSink(now: () => number) {
  const looks: { readonly at: number; readonly before: number }[] = [];
  const held = new Set<string>();
  const forget = async ({ findMissing, before }: ForgetRequest) => {
    looks.push({ at: now(), before });
    const missing = await findMissing([...held]);
    for (const conversationId of missing) held.delete(conversationId);
    return missing.size;
  };
  const sink: Sink = { name: 'remembering', write() {}, flush: async () => {}, forget };
  return { sink, held, looks };
}

async function open(options?: unknown, seed = 1) {
  const runtime = virtualRuntime({ seed });
  const { store, blobs, ...faults } = memoryStore();
  const context = fakeExtensionContext({ runtime });
  const { sink, held, looks } = rememberingSink(() => runtime.now());
  const passing: Sink = { name: 'passing', write() {}, flush: async () => {} };
  const { jobs } = memoryJobs({ runtime }).join();
  const sinks = [passing, sink].map((value) => ({ extension: 'of a test', value }));
  const needed = { jobs, conversations: {}, blobs, store, sink: sinks };
  const running = await extension.setup(context, needed, options);
  await running.start?.();
  const create = async (conversationId: string) => {
    await store.enqueue({
      ...{ conversationId, create: {}, queueId: 'q', messageJson: '"hi"' },
      ...{ chunks: [], limit: 1, at: runtime.wallNow() },
    });
    held.add(conversationId);
  };
  return { ...{ runtime, store, faults, context, running, held, looks }, create };
}

test('what sinks hold of deleted conversations goes within about an hour, the rest stays', async () => {
  const { runtime, store, held, create, context } = await open();
  await create('one');
  await create('another');
  await runtime.advance(2 * minuteMs);
  await store.deleteConversation('one');
  await runtime.advance(hourMs);
  expect([...held]).toEqual(['another']);
  expect(context.records.map(({ attributes }) => attributes)).toEqual([{ removed: 1 }]);
});

test('the first look comes a minute or so after the start, at another time on each host', async () => {
  const hosts = await Promise.all([1, 2, 3].map((seed) => open(undefined, seed)));
  for (const { runtime } of hosts) await runtime.advance(3 * hourMs);
  const first = hosts.map(({ looks }) => looks[0]?.at ?? 0);
  expect(new Set(first).size).toBe(3);
  expect(Math.min(...first)).toBeGreaterThanOrEqual(minuteMs / 2);
  expect(Math.max(...first)).toBeLessThanOrEqual(1.5 * minuteMs);
  for (const { looks, runtime } of hosts) {
    expect(looks.map(({ at }) => at - (looks[0]?.at ?? 0))).toEqual([0, hourMs, 2 * hourMs]);
    const startedAt = runtime.wallNow() - runtime.now();
    for (const { at, before } of looks) expect(startedAt + at - before).toBe(5 * minuteMs);
  }
});

test('a store that can not be asked removes nothing, and is asked again', async () => {
  const { runtime, faults, held, create, context } = await open();
  await create('one');
  held.add('never stored');
  faults.failNext('readHeads');
  await runtime.advance(2 * minuteMs);
  expect([...held]).toEqual(['one', 'never stored']);
  expect(context.records).toMatchObject([{ level: 'warn', attributes: { sink: 'remembering' } }]);
  await runtime.advance(hourMs);
  expect([...held]).toEqual(['one']);
});

test('it ends with its host, and does nothing where it is off', async () => {
  const { context, running, runtime, looks } = await open();
  context.stop();
  await running.dispose?.();
  await runtime.advance(hourMs);
  expect(looks).toEqual([]);
  const off = await open({ forgetSeconds: 0 });
  await off.runtime.advance(2 * hourMs);
  expect(off.looks).toEqual([]);
});
