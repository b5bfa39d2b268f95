import { memoryBus, memoryStore, virtualRuntime } from '@dispatch/conformance';
import type { ProviderContext } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import {
  type Answer,
  createHarness,
  noteTool,
  readAll,
  say,
  stop,
  types,
} from './__fixtures__/harness.ts';

test('a turn that starts while turns are claimed stays with the one who started it', async () => {
  const runtime = virtualRuntime();
  let claims = 0;
  const memory = memoryStore({
    now: () => runtime.wallNow(),
    beforeCall: async (method) => {
      if (method !== 'claimTurns') return;
      claims += 1;
      await runtime.sleep(100);
    },
  });
  const { orchestrator, conversations } = createHarness(
    () => [500, [say('ok'), stop]],
    { leaseMs: 3000 },
    [noteTool()],
    { runtime, memory, bus: memoryBus() },
  );
  await runtime.runUntil(orchestrator.start());
  const claimsBefore = claims;
  while (claims === claimsBefore) await runtime.advance(10);
  const events = await runtime.runUntil(
    (async () => {
      const turn = await conversations.startTurn({ conversationId: 'c', message: 'Hi' });
      return readAll(await conversations.followTurn(turn));
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
  expect(await memory.store.readLastTurn('c')).toMatchObject({ epoch: 1 });
  await runtime.runUntil(orchestrator.stop());
});

test('a turn that brings its host down ten times is given up, and what is queued behind it runs', async () => {
  const answer = (context: ProviderContext): Answer =>
    context.turnId === poisoned ? [[say('x')], 3_600_000] : [[say('fine'), stop]];
  let poisoned = '';
  let host = createHarness(answer);
  const { runtime, memory } = host;
  await runtime.runUntil(host.orchestrator.start());
  poisoned = runtime.newId();
  const started = await runtime.runUntil(
    memory.store.startTurn({
      conversationId: 'c',
      turnId: poisoned,
      create: {},
      settings: {},
      model: 'test/model',
      origin: 'user',
      chunks: [{ role: 'user', json: '{"type":"text","text":"go"}' }],
      owner: 'host',
      leaseMs: 10_000,
      at: 0,
    }),
  );
  expect(started.outcome).toBe('started');
  await runtime.runUntil(
    host.conversations.queueMessage({ conversationId: 'c', message: 'and then' }),
  );
  for (let crash = 1; crash <= 10; crash += 1) {
    host = host.restart();
    await runtime.runUntil(host.orchestrator.start());
    await runtime.advance(100);
    expect(await memory.store.readTurn('c', poisoned)).toMatchObject({ state: 'running' });
  }
  host = host.restart();
  await runtime.runUntil(host.orchestrator.start());
  await runtime.advance(100);
  const chunks = await memory.store.readChunks({ conversationId: 'c', afterSeq: 0, limit: 10 });
  const said = chunks.map(({ json }) => JSON.parse(json).code ?? JSON.parse(json).text);
  expect(said).toEqual(['go', 'turn-unrecoverable', 'and then', 'fine']);
});
