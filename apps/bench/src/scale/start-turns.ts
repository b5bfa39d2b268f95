import type { Store, TurnLease } from '@dispatch/contracts';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { together } from './together.ts';

export const runtime = createNodeRuntime();
export const owner = 'bench';
export const leaseMs = 60_000;

/** Starts a turn in each of so many new conversations, past any host. */
export async function startTurns(store: Store, count: number): Promise<readonly TurnLease[]> {
  const leases: TurnLease[] = [];
  await together(count, 64, async (index) => {
    const [conversationId, turnId] = [`started-${index}`, runtime.newId()];
    const started = await store.startTurn({
      conversationId,
      turnId,
      create: {},
      settings: {},
      model: 'bench/model',
      origin: 'user',
      chunks: [{ role: 'user', json: '{"type":"text","text":"go"}' }],
      owner,
      leaseMs,
      at: runtime.wallNow(),
    });
    if (started.outcome !== 'started') throw new Error(`the turn is ${started.outcome}`);
    leases.push({ conversationId, turnId, epoch: started.epoch });
  });
  return leases;
}
