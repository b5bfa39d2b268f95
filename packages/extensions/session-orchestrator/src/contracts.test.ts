import { conversationsConformance, extensionConformance, memoryStore } from '@dispatch/conformance';
import { createHarness, say, stop } from './__fixtures__/harness.ts';
import orchestrator from './index.ts';

conversationsConformance('session-orchestrator', () => {
  let isHeld = false;
  const { conversations, runtime } = createHarness(function* () {
    while (isHeld) yield 10;
    yield [say('ok'), stop];
  });
  return {
    conversations,
    settle: (promise) => runtime.runUntil(promise),
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
    },
  };
});

extensionConformance('session-orchestrator', orchestrator, () => {
  const { store, blobs } = memoryStore();
  return { needed: { store, blobs, provider: [], tool: [], hooks: [] } };
});
