import { expect, test } from 'vitest';
import {
  call,
  createHarness,
  noteTool,
  readAll,
  say,
  stop,
  types,
} from './__fixtures__/harness.ts';

test('a turn of one step is told, committed and sealed', async () => {
  const { runtime, conversations, memory } = createHarness(() => [[say('Hel'), say('lo'), stop]]);
  const events = await runtime.runUntil(
    (async () => {
      const { conversationId, turnId } = await conversations.startTurn({ message: 'Hi' });
      return readAll(await conversations.followTurn({ conversationId, turnId }));
    })(),
  );
  expect(types(events)).toEqual([
    'turn-start',
    'step-start',
    'text-delta',
    'step-complete',
    'done',
    'turn-sealed',
  ]);
  expect(events.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(events[0]).toMatchObject({ model: 'test/model', committedSeq: 1 });
  expect(events.at(-1)).toMatchObject({ lastSeq: 2 });
  const { conversationId = '' } = (await conversations.list({ limit: 1 })).conversations[0] ?? {};
  const view = await conversations.readMessages({ conversationId, sinceSeq: 0, limit: 10 });
  expect(view).toMatchObject({ lastSeq: 2, activeTurn: null });
  expect(view.chunks.map(({ json }) => JSON.parse(json).text)).toEqual(['Hi', 'Hello']);
  expect(await memory.store.readLastTurn(conversationId)).toMatchObject({
    state: 'sealed',
    eventNumber: 3,
  });
});

test('one turn at a time: a second is refused, a queued message starts the next', async () => {
  const { runtime, conversations, requests } = createHarness(() => [100, [say('ok'), stop]]);
  const conversationId = 'c';
  await runtime.runUntil(conversations.startTurn({ conversationId, message: 'one' }));
  const { follower } = await conversations.subscribe({ conversationId });
  await expect(conversations.startTurn({ conversationId, message: 'two' })).rejects.toMatchObject({
    code: 'conversation-busy',
  });
  const first = await conversations.queueMessage({ conversationId, message: 'two' });
  const second = await conversations.queueMessage({ conversationId, message: 'three' });
  expect([first.position, second.position]).toEqual([1, 2]);
  expect((await conversations.listQueue(conversationId)).map(({ message }) => message)).toEqual([
    'two',
    'three',
  ]);
  const reading = readAll(follower);
  await runtime.advance(1000);
  follower.close();
  const events = await reading;
  expect(types(events).filter((type) => type.startsWith('turn-'))).toEqual([
    'turn-sealed',
    'turn-start',
    'turn-sealed',
  ]);
  expect(requests).toEqual([['one'], ['one', 'ok', 'two+three']]);
  expect(await conversations.listQueue(conversationId)).toEqual([]);
});

test('a queued message joins the running turn at its tool boundary, told once committed', async () => {
  const { runtime, conversations, requests } = createHarness(({ stepIndex }) =>
    stepIndex === 0 ? [100, [call('a'), stop]] : [[say('done'), stop]],
  );
  const conversationId = 'c';
  const events = await runtime.runUntil(
    (async () => {
      const { turnId } = await conversations.startTurn({ conversationId, message: 'go' });
      await conversations.queueMessage({ conversationId, message: 'also this' });
      return readAll(await conversations.followTurn({ conversationId, turnId }));
    })(),
  );
  expect(types(events)).toEqual([
    'turn-start',
    'step-start',
    'tool-call',
    'tool-result',
    'step-complete',
    'steering',
    'step-start',
    'text-delta',
    'step-complete',
    'done',
    'turn-sealed',
  ]);
  expect(requests[1]).toEqual(['go', 'note', 'other', 'also this']);
  const { chunks } = await conversations.readMessages({ conversationId, sinceSeq: 0, limit: 10 });
  expect(chunks.map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'tool',
    'user',
    'assistant',
  ]);
});

test('an abort ends the turn with what was said', async () => {
  const { runtime, conversations } = createHarness(() => [[say('half')], 60_000, [stop]]);
  const conversationId = 'c';
  const { turnId } = await runtime.runUntil(
    conversations.startTurn({ conversationId, message: 'go' }),
  );
  await runtime.advance(10);
  expect(await conversations.abort(conversationId)).toEqual({ turnId });
  const events = await runtime.runUntil(
    conversations.followTurn({ conversationId, turnId }).then(readAll),
  );
  expect(events.find(({ type }) => type === 'done')).toMatchObject({ finishReason: 'aborted' });
  expect(runtime.now()).toBeLessThan(200);
  await expect(conversations.abort(conversationId)).rejects.toMatchObject({
    code: 'no-active-turn',
  });
  const resumed = await runtime.runUntil(conversations.startTurn({ conversationId }));
  expect(resumed.isRepeated).toBe(false);
});

test('nothing is told before the message is committed, and a refused start leaves no trace', async () => {
  const { runtime, conversations, memory, requests } = createHarness(() => [[say('x'), stop]]);
  memory.failNext('startTurn');
  await expect(
    runtime.runUntil(conversations.startTurn({ conversationId: 'c', message: 'go' })),
  ).rejects.toMatchObject({ code: 'store-unavailable' });
  await runtime.advance(1000);
  expect(requests).toHaveLength(1);
  await expect(conversations.get('c')).rejects.toMatchObject({ code: 'conversation-not-found' });
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'again' }),
  );
  const events = await runtime.runUntil(conversations.followTurn(started).then(readAll));
  expect(types(events).at(-1)).toBe('turn-sealed');
});

test('the same idempotency key joins the first turn, restarts included', async () => {
  const harness = createHarness(() => [[say('once'), stop]]);
  const { runtime, conversations } = harness;
  const request = { conversationId: 'c', message: 'go', idempotencyKey: 'k' };
  const first = await runtime.runUntil(conversations.startTurn(request));
  const again = await runtime.runUntil(conversations.startTurn(request));
  expect(again).toEqual({ ...first, isRepeated: true });
  await runtime.advance(10);
  const { conversations: later } = harness.restart();
  expect(await runtime.runUntil(later.startTurn(request))).toEqual({ ...first, isRepeated: true });
  expect(harness.requests).toHaveLength(1);
  expect(types(await runtime.runUntil(later.followTurn(first).then(readAll)))).toEqual(['resync']);
});

test('a turn that its host lost goes on from its last commit, with numbers of its own', async () => {
  const runs: string[] = [];
  const harness = createHarness(
    ({ stepIndex }) =>
      stepIndex === 0 ? [[say('a'), call('x'), stop]] : [[say('b')], 500, [stop]],
    {},
    [noteTool('unsafe', runs)],
  );
  const { runtime, conversations } = harness;
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'go' }),
  );
  await runtime.advance(100);
  const mark = await conversations.readMessages({ conversationId: 'c', sinceSeq: 0, limit: 10 });
  expect(mark.lastSeq).toBe(4);
  const cursor = mark.activeTurn?.cursor ?? '';

  const next = harness.restart();
  await runtime.runUntil(next.orchestrator.start());
  const fresh = await next.conversations.readMessages({
    conversationId: 'c',
    sinceSeq: 4,
    limit: 10,
  });
  expect(fresh.activeTurn?.turnId).toBe(started.turnId);
  const [events, others, old] = await runtime.runUntil(
    Promise.all([
      next.conversations.followTurn({ conversationId: 'c', cursor }).then(readAll),
      next.conversations
        .followTurn({ conversationId: 'c', cursor: fresh.activeTurn?.cursor ?? '' })
        .then(readAll),
      next.conversations
        .followTurn({ conversationId: 'c', cursor: `${started.turnId}:0` })
        .then(readAll),
    ]),
  );
  expect(types(events)).toEqual([
    'step-reset',
    'step-start',
    'text-delta',
    'step-complete',
    'done',
    'turn-sealed',
  ]);
  expect(events[0]?.n).toBe(2 ** 32);
  expect(others).toEqual(events);
  expect(types(old)[0]).toBe('resync');
  expect(runs).toEqual(['x']);
  await next.orchestrator.stop();
});

test('an unsafe call that was running when its host was lost is not run again', async () => {
  const runs: string[] = [];
  const hang = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const harness = createHarness(
    ({ stepIndex }) => (stepIndex === 0 ? [[say('a'), call('x'), stop]] : [[say('b'), stop]]),
    {},
    [noteTool('unsafe', runs, hang)],
  );
  const { runtime, conversations } = harness;
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'go' }),
  );
  await runtime.advance(100);
  expect(runs).toEqual(['x']);
  const next = harness.restart();
  await runtime.runUntil(next.orchestrator.start());
  const events = await runtime.runUntil(
    next.conversations
      .followTurn({ conversationId: 'c', cursor: `${started.turnId}:0` })
      .then(readAll),
  );
  expect(types(events)).toEqual([
    'step-reset',
    'step-start',
    'text-delta',
    'tool-call',
    'tool-result',
    'step-complete',
    'step-start',
    'text-delta',
    'step-complete',
    'done',
    'turn-sealed',
  ]);
  expect(events[4]).toMatchObject({ isError: true, interrupted: true });
  expect(runs).toEqual(['x']);
  expect(harness.requests).toHaveLength(1);
  await next.orchestrator.stop();
});

test('a cursor at the end of a sealed turn is good after a restart', async () => {
  const harness = createHarness(() => [[say('x'), stop]]);
  const { runtime, conversations } = harness;
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'go' }),
  );
  const events = await runtime.runUntil(conversations.followTurn(started).then(readAll));
  const { conversations: later } = harness.restart();
  const follow = (n: number) =>
    later.followTurn({ conversationId: 'c', cursor: `${started.turnId}:${n}` }).then(readAll);
  expect(await runtime.runUntil(follow(3))).toEqual(events.slice(4));
  expect(await runtime.runUntil(follow(4))).toEqual(events.slice(5));
  expect(
    await later.followTurn({ conversationId: 'c', cursor: `${started.turnId}:5` }),
  ).toBeUndefined();
  expect(types(await runtime.runUntil(follow(2)))).toEqual(['resync']);
});

test('a store that is away at the end: the stream closes after done, the seal comes later', async () => {
  const { runtime, conversations, memory } = createHarness(() => [50, [say('lost'), stop]]);
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'go' }),
  );
  const follower = await conversations.followTurn(started);
  memory.setAvailable(false);
  const events = await runtime.runUntil(readAll(follower));
  expect(types(events).slice(-2)).toEqual(['error', 'done']);
  expect(events.at(-2)).toMatchObject({ error: { code: 'store-unavailable' } });
  const after = events.at(-1)?.n ?? 0;
  memory.setAvailable(true);
  const rest = await runtime.runUntil(
    conversations
      .followTurn({ conversationId: 'c', cursor: `${started.turnId}:${after}` })
      .then(readAll),
  );
  expect(types(rest)).toEqual(['turn-sealed']);
  const { chunks } = await conversations.readMessages({
    conversationId: 'c',
    sinceSeq: 1,
    limit: 9,
  });
  expect(chunks.map(({ json }) => JSON.parse(json).type)).toEqual(['error']);
});

test('a host that drains puts its turns away at the step boundary, and they go on elsewhere', async () => {
  const harness = createHarness(({ stepIndex }) =>
    stepIndex === 0 ? [100, [call('x'), stop]] : [[say('b'), stop]],
  );
  const { runtime, conversations, orchestrator } = harness;
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'go' }),
  );
  const follower = await conversations.followTurn(started);
  const draining = orchestrator.drain();
  await expect(conversations.startTurn({ message: 'no' })).rejects.toMatchObject({
    code: 'stopping',
  });
  const events = await runtime.runUntil(readAll(follower));
  await runtime.runUntil(draining);
  expect(types(events).at(-1)).toBe('step-complete');
  const next = harness.restart({ hostId: 'another' });
  await runtime.runUntil(next.orchestrator.start());
  const cursor = `${started.turnId}:${events.at(-1)?.n}`;
  const rest = await runtime.runUntil(
    next.conversations.followTurn({ conversationId: 'c', cursor }).then(readAll),
  );
  expect(types(rest).at(-1)).toBe('turn-sealed');
  expect(harness.requests).toHaveLength(1);
  expect(next.requests).toHaveLength(1);
  await next.orchestrator.stop();
});

test('what does not end within the grace is left resumable, without a word', async () => {
  const harness = createHarness(() => [[say('slow')], 60_000, [stop]], { shutdownGraceMs: 1000 });
  const { runtime, conversations, orchestrator, memory } = harness;
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'go' }),
  );
  const follower = await conversations.followTurn(started);
  await runtime.runUntil(orchestrator.drain());
  expect(runtime.now()).toBeLessThan(1500);
  expect(types(await runtime.runUntil(readAll(follower)))).not.toContain('done');
  expect(await memory.store.readLastTurn('c')).toMatchObject({ state: 'running', owner: '' });
});

test('a deleted conversation ends its turn, its followers and everything of it', async () => {
  const { runtime, conversations } = createHarness(() => [[say('x')], 60_000, [stop]]);
  await runtime.runUntil(conversations.startTurn({ conversationId: 'c', message: 'go' }));
  const changes: string[] = [];
  const end = conversations.watch(({ type }) => changes.push(type));
  await runtime.runUntil(conversations.remove('c'));
  expect(runtime.now()).toBeLessThan(1000);
  await expect(conversations.get('c')).rejects.toMatchObject({ code: 'conversation-not-found' });
  await expect(conversations.remove('c')).rejects.toMatchObject({ code: 'conversation-not-found' });
  expect(changes.at(-1)).toBe('deleted');
  end();
});

test('a fork takes the chunks, and is refused between a call and its result', async () => {
  const { runtime, conversations } = createHarness(({ stepIndex }) =>
    stepIndex === 0 ? [[call('x'), stop]] : [[say('b'), stop]],
  );
  const started = await runtime.runUntil(
    conversations.startTurn({ conversationId: 'c', message: 'go' }),
  );
  await runtime.runUntil(conversations.followTurn(started).then(readAll));
  await expect(conversations.fork('c', 2)).rejects.toMatchObject({ code: 'invalid-input' });
  const forked = await conversations.fork('c', 3);
  expect(forked.lastSeq).toBe(3);
  const more = await runtime.runUntil(
    conversations.startTurn({ conversationId: forked.conversationId }),
  );
  const events = await runtime.runUntil(conversations.followTurn(more).then(readAll));
  expect(types(events).at(-1)).toBe('turn-sealed');
});

test('a consent that nobody can give is denied with what its owner can do', async () => {
  const { runtime, conversations } = createHarness(
    ({ stepIndex }) => (stepIndex === 0 ? [[call('x'), stop]] : [[say('b'), stop]]),
    { approvals: 'ask' },
  );
  const started = await runtime.runUntil(conversations.startTurn({ message: 'go' }));
  const events = await runtime.runUntil(conversations.followTurn(started).then(readAll));
  const result = events.find(({ type }) => type === 'tool-result');
  expect(result).toMatchObject({ isError: true });
  expect(result).not.toHaveProperty('interrupted');
  expect(JSON.stringify(result)).toContain('--approvals auto');
});

test.each([
  [{ message: '' }, 'invalid-input'],
  [{}, 'nothing-to-continue'],
  [{ message: 'x', workspaceId: 'w' }, 'workspace-not-found'],
  [{ message: 'x', computerId: 'm' }, 'invalid-input'],
  [{ message: 'x', cwd: 'relative' }, 'invalid-input'],
  [{ message: [{ type: 'attachment', attachmentId: 'a' }] as const }, 'attachment-not-found'],
])('%j is refused with %s and changes nothing', async (request, code) => {
  const { runtime, conversations } = createHarness(() => [[stop]]);
  await expect(
    runtime.runUntil(conversations.startTurn({ conversationId: 'c', ...request })),
  ).rejects.toMatchObject({ code });
  expect((await conversations.list({ limit: 10 })).conversations).toEqual([]);
});
