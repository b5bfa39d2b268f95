import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@dispatch/client';
import { patiently } from './patience.ts';

/** Resolves when no turn runs and nothing waits. Rejects where that takes too long. */
export async function untilQuiet(
  client: Client,
  conversationId: string,
  withinMs: number,
): Promise<void> {
  const until = performance.now() + withinMs;
  for (;;) {
    const { messages } = await patiently(withinMs, () => client.queued(conversationId));
    const { status } = await patiently(withinMs, () => client.get(conversationId));
    if (messages.length === 0 && status === 'idle') return;
    if (performance.now() > until) {
      throw new Error(`${messages.length} messages wait and the conversation is ${status}`);
    }
    await sleep(50);
  }
}
