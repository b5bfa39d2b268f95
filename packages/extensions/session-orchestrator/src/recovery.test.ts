import { memoryBus, memoryStore, virtualRuntime } from '@dispatch/conformance';
import { expect, test } from 'vitest';
import { createHarness, noteTool, readAll, say, stop, types } from './__fixtures__/harness.ts';

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
