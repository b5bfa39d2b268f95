import { memoryStore, virtualRuntime } from '@dispatch/conformance';
import type { Conversations } from '@dispatch/contracts';
import type { ProviderContext } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import {
  type Answer,
  call,
  createHarness,
  type Harness,
  noteTool,
  readAll,
  say,
  stop,
  types,
} from './__fixtures__/harness.ts';

const slow = (): Answer => [[say('one ')], 1000, [say('two ')], 1000, [say('three'), stop]];

/** Two hosts that know of each other. */
async function twoHosts(
  answer: (context: ProviderContext) => Answer,
  options: object = {},
  tools?: Parameters<typeof createHarness>[2],
): Promise<[Harness, Harness]> {
  const one = createHarness(answer, { hostId: 'one', ...options }, tools);
  const two = one.restart({ hostId: 'two' });
  await one.runtime.runUntil(one.orchestrator.start());
  await one.runtime.runUntil(two.orchestrator.start());
  return [one, two];
}

const go = { conversationId: 'c', message: 'go' };

test('a turn is followed on another host, from its start', async () => {
  const [one, two] = await twoHosts(slow);
  const { runtime } = one;
  const started = await runtime.runUntil(one.conversations.startTurn(go));
  const here = await runtime.runUntil(one.conversations.followTurn(started));
  const there = await runtime.runUntil(two.conversations.followTurn(started));
  const seen = await runtime.runUntil(readAll(there));
  expect(types(seen)[0]).toBe('turn-start');
  expect(seen).toEqual(await runtime.runUntil(readAll(here)));
  expect(types(seen).at(-1)).toBe('turn-sealed');
});

test('what another host shows of a running turn joins its events', async () => {
  const twoSteps = ({ stepIndex }: ProviderContext): Answer =>
    stepIndex === 0 ? [[say('a'), call('x'), stop]] : [[say('b')], 1000, [say('c'), stop]];
  const [one, two] = await twoHosts(twoSteps);
  const { runtime } = one;
  await runtime.runUntil(one.conversations.startTurn(go));
  await runtime.advance(500);
  const view = await runtime.runUntil(
    two.conversations.readMessages({ conversationId: 'c', sinceSeq: 0, limit: 500 }),
  );
  expect(view.chunks).toHaveLength(4);
  const cursor = view.activeTurn?.cursor ?? '';
  const follower = await runtime.runUntil(
    two.conversations.followTurn({ conversationId: 'c', cursor }),
  );
  expect(types(await runtime.runUntil(readAll(follower)))).toEqual([
    'step-start',
    'text-delta',
    'text-delta',
    'step-complete',
    'done',
    'turn-sealed',
  ]);
});

test('who follows a conversation on one host hears of turns on the other, one after the other', async () => {
  const [one, two] = await twoHosts(() => [[say('x'), stop]]);
  const { runtime } = one;
  const first = await runtime.runUntil(one.conversations.startTurn(go));
  await runtime.runUntil(one.conversations.followTurn(first).then(readAll));
  const { follower, snapshot } = await runtime.runUntil(
    two.conversations.subscribe({ conversationId: 'c' }),
  );
  expect(snapshot?.lastSeq).toBe(2);
  const turnIds: string[] = [];
  const reading = (async () => {
    while (turnIds.length < 3) {
      const batch = await follower.next(1024);
      if (batch === undefined || 'resync' in batch) throw new Error('it was to be told all');
      for (const json of batch.events) {
        const { type, turnId } = JSON.parse(json);
        if (type === 'turn-sealed') turnIds.push(turnId);
      }
    }
  })();
  const expected: string[] = [];
  for (const host of [one, two, one]) {
    const { turnId } = await runtime.runUntil(host.conversations.startTurn(go));
    expected.push(turnId);
    await runtime.advance(500);
  }
  await runtime.runUntil(reading);
  expect(turnIds).toEqual(expected);
  follower.close();
});

test('an abort on another host is prompt, and outlives a crash of the one that runs the turn', async () => {
  const [one, two] = await twoHosts(slow);
  const { runtime } = one;
  const started = await runtime.runUntil(one.conversations.startTurn(go));
  await runtime.advance(100);
  expect(await runtime.runUntil(two.conversations.abort('c'))).toEqual({ turnId: started.turnId });
  const events = await runtime.runUntil(two.conversations.followTurn(started).then(readAll));
  expect(events.at(-2)).toMatchObject({ type: 'done', finishReason: 'aborted' });
  expect(runtime.now()).toBeLessThan(300);
  await expect(two.conversations.abort('c')).rejects.toMatchObject({ code: 'no-active-turn' });
});

test('a message queued on another host joins the turn at its next tool boundary', async () => {
  const steps = ({ stepIndex }: ProviderContext): Answer =>
    stepIndex === 0 ? [[say('a'), call('x')], 1000, [stop]] : [[say('b'), stop]];
  const [one, two] = await twoHosts(steps);
  const { runtime } = one;
  const started = await runtime.runUntil(one.conversations.startTurn(go));
  await runtime.advance(100);
  await runtime.runUntil(
    two.conversations.queueMessage({ conversationId: 'c', message: 'and this' }),
  );
  const events = await runtime.runUntil(one.conversations.followTurn(started).then(readAll));
  expect(types(events)).toContain('steering');
  expect(one.requests.at(-1)?.join()).toContain('and this');
  await expect(
    runtime.runUntil(two.conversations.startTurn(go)).then(() => 'started'),
  ).resolves.toBe('started');
});

test('a message for a conversation whose turn runs on another host is refused as busy', async () => {
  const [one, two] = await twoHosts(slow);
  const { runtime } = one;
  await runtime.runUntil(one.conversations.startTurn(go));
  await expect(runtime.runUntil(two.conversations.startTurn(go))).rejects.toMatchObject({
    code: 'conversation-busy',
  });
  expect(two.requests).toEqual([]);
});

test('the same idempotency key on another host joins the turn', async () => {
  const [one, two] = await twoHosts(slow);
  const { runtime } = one;
  const keyed = { ...go, idempotencyKey: 'k' };
  const first = await runtime.runUntil(one.conversations.startTurn(keyed));
  const again = await runtime.runUntil(two.conversations.startTurn(keyed));
  expect(again).toEqual({ ...first, isRepeated: true });
  const events = await runtime.runUntil(two.conversations.followTurn(again).then(readAll));
  expect(types(events)[0]).toBe('turn-start');
  expect(types(events).at(-1)).toBe('turn-sealed');
});

test('readers on any host go on with the new owner when a host is cut off from the store', async () => {
  const runs: string[] = [];
  const steps = ({ stepIndex }: ProviderContext): Answer =>
    stepIndex === 0 ? [[say('a'), call('x'), stop]] : [[say('b')], 40_000, [say('c'), stop]];
  const [one, two] = await twoHosts(steps, { leaseMs: 9000 }, [noteTool('unsafe', runs)]);
  const { runtime, memory } = one;
  const started = await runtime.runUntil(one.conversations.startTurn(go));
  const followers = await Promise.all(
    [one, two].map(({ conversations }) => runtime.runUntil(conversations.followTurn(started))),
  );
  const reading = followers.map(readAll);
  await runtime.advance(1000);
  // All calls of the first host fail from now on; its lease runs out.
  one.cutOff();
  await runtime.advance(20_000);
  expect(await memory.store.readLastTurn('c')).toMatchObject({ owner: 'two', epoch: 2 });
  const [here, there] = await runtime.runUntil(Promise.all(reading));
  expect(there?.map(({ n }) => n)).toEqual(here?.map(({ n }) => n));
  const reset = here?.findIndex(({ type }) => type === 'step-reset') ?? -1;
  expect(here?.[reset]).toMatchObject({ n: 2 ** 32, stepId: `${started.turnId}#1` });
  expect(types(here?.slice(reset) ?? [])).toEqual([
    'step-reset',
    'step-start',
    'text-delta',
    'text-delta',
    'step-complete',
    'done',
    'turn-sealed',
  ]);
  expect(runs).toEqual(['x']);
});

test('a host that drains hands its turn over at the step boundary, at once', async () => {
  const steps = ({ stepIndex }: ProviderContext): Answer =>
    stepIndex === 0 ? [[say('a'), call('x')], 1000, [stop]] : [[say('b'), stop]];
  const [one, two] = await twoHosts(steps);
  const { runtime } = one;
  const started = await runtime.runUntil(one.conversations.startTurn(go));
  const follower = await runtime.runUntil(two.conversations.followTurn(started));
  const reading = readAll(follower);
  await runtime.advance(10);
  await runtime.runUntil(one.orchestrator.drain());
  const events = await runtime.runUntil(reading);
  expect(runtime.now()).toBeLessThan(1200);
  expect(types(events).at(-1)).toBe('turn-sealed');
  expect(two.requests).toHaveLength(1);
});

test('a conversation deleted on one host is gone on the other, its turn and its followers too', async () => {
  const [one, two] = await twoHosts(slow);
  const { runtime } = one;
  await runtime.runUntil(one.conversations.startTurn(go));
  const { follower } = await runtime.runUntil(one.conversations.subscribe({ conversationId: 'c' }));
  const reading = readAll(follower);
  await runtime.runUntil(two.conversations.remove('c'));
  expect(runtime.now()).toBeLessThan(500);
  const events = await runtime.runUntil(reading);
  expect(types(events)).not.toContain('resync');
  await expect(one.conversations.get('c')).rejects.toMatchObject({
    code: 'conversation-not-found',
  });
});

test('a conversation that is just being made is not taken for a deleted one', async () => {
  const runtime = virtualRuntime();
  const memory = memoryStore({
    now: () => runtime.wallNow(),
    beforeCall: (method) => (method === 'startTurn' ? runtime.sleep(1000) : undefined),
  });
  const shared = { runtime, memory };
  const one = createHarness(slow, { hostId: 'one', leaseMs: 900 }, undefined, shared);
  const two = one.restart({ hostId: 'two' });
  await runtime.runUntil(one.orchestrator.start());
  await runtime.runUntil(two.orchestrator.start());
  const starting = one.conversations.startTurn({ ...go, idempotencyKey: 'k' });
  await runtime.advance(10);
  const subscribing = one.conversations.subscribe({ conversationId: 'c' });
  await runtime.runUntil(starting);
  const { follower } = await runtime.runUntil(subscribing);
  const batch = await runtime.runUntil(follower.next(65_536));
  expect(batch).toHaveProperty('events');
  follower.close();
});

test('who asks for all of a turn that was taken over is told that its start is gone', async () => {
  const steps = (): Answer => [[say('a')], 30_000, [stop]];
  const [one, two] = await twoHosts(steps, { leaseMs: 9000 });
  const { runtime } = one;
  const keyed = { ...go, idempotencyKey: 'k' };
  await runtime.runUntil(one.conversations.startTurn(keyed));
  one.cutOff();
  await runtime.advance(20_000);
  const again = await runtime.runUntil(two.conversations.startTurn(keyed));
  const events = await runtime.runUntil(two.conversations.followTurn(again).then(readAll));
  expect(types(events).slice(0, 2)).toEqual(['resync', 'step-reset']);
  expect(types(events).at(-1)).toBe('turn-sealed');
});

test.each([
  ['age', ({ removeIdle }: Conversations, soon: number) => removeIdle(soon, 10)],
  ['number', ({ removeSurplus }: Conversations) => removeSurplus({ maxCount: 0 }, 10)],
])('conversations that are removed for their %s are gone on every host', async (_, remove) => {
  const [one, two] = await twoHosts(() => [[say('x'), stop]]);
  const { runtime } = one;
  const started = await runtime.runUntil(one.conversations.startTurn(go));
  await runtime.runUntil(one.conversations.followTurn(started).then(readAll));
  const changes: string[] = [];
  const end = two.conversations.watch(({ type }) => changes.push(type));
  const { follower } = await runtime.runUntil(two.conversations.subscribe({ conversationId: 'c' }));
  const reading = readAll(follower);
  const soon = runtime.wallNow() + 1;
  expect(await runtime.runUntil(remove(one.conversations, soon))).toBe(1);
  expect(await runtime.runUntil(reading)).toEqual([]);
  expect(changes).toEqual(['deleted']);
  end();
});

test('an owner whose write is refused says nothing more, and its readers go on with the next', async () => {
  const [one] = await twoHosts(slow);
  const { runtime, memory } = one;
  const started = await runtime.runUntil(one.conversations.startTurn(go));
  const follower = await runtime.runUntil(one.conversations.followTurn(started));
  const reading = readAll(follower);
  await runtime.advance(500);
  await memory.store.releaseTurn({ ...started, epoch: 1 });
  const events = await runtime.runUntil(reading);
  expect(types(events)).not.toContain('error');
  const reset = events.findIndex(({ type }) => type === 'step-reset');
  expect(events.slice(reset).map(({ n }) => Number(n) >= 2 ** 32)).not.toContain(false);
  expect(types(events).filter((type) => type === 'done')).toHaveLength(1);
  expect(types(events).at(-1)).toBe('turn-sealed');
});
