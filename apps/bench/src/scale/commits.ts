import { stepChunks, withPostgres } from '../measures/store.ts';
import { familyCpuMs } from '../processes.ts';
import { type Spread, spreadOf } from './lateness.ts';
import { leaseMs, runtime, startTurns } from './start-turns.ts';
import { together } from './together.ts';

export interface CommitsOptions {
  /** Conversations that commit their steps at the same time. */
  readonly conversations: number;
  readonly stepsEach: number;
}

export interface CommitsCost {
  readonly perSecond: number;
  readonly commitMs: Spread;
  /** Of a commit. */
  readonly postgresCpuUs: number;
  readonly storeCpuUs: number;
}

/** Steps of many conversations, committed side by side by one store. */
export function measureCommits({ conversations, stepsEach }: CommitsOptions): Promise<CommitsCost> {
  return withPostgres(async ({ store, processId }) => {
    const leases = await startTurns(store, conversations);
    const samples: number[] = [];
    const commit = async (index: number, stepIndex: number) => {
      const lease = leases[index];
      if (lease === undefined) return;
      const { turnId } = lease;
      const startedAt = performance.now();
      await store.commitStep({
        lease,
        stepIndex,
        chunks: stepChunks(turnId, stepIndex),
        metrics: { stepId: `${turnId}#${stepIndex}`, finishReason: 'tool-calls', toolCalls: 1 },
        eventNumber: stepIndex + 1,
        leaseMs,
        at: runtime.wallNow(),
      });
      samples.push(performance.now() - startedAt);
    };
    const warmUp = Math.ceil(stepsEach / 10);
    const all = (from: number, to: number) =>
      together(conversations, conversations, async (index) => {
        for (let step = from; step < to; step += 1) await commit(index, step);
      });
    await all(0, warmUp);
    samples.length = 0;
    const postgresBefore = familyCpuMs(processId);
    const storeBefore = process.cpuUsage();
    const startedAt = performance.now();
    await all(warmUp, stepsEach);
    const wallMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(storeBefore);
    return {
      perSecond: (samples.length * 1000) / wallMs,
      commitMs: spreadOf(samples),
      postgresCpuUs: ((familyCpuMs(processId) - postgresBefore) * 1000) / samples.length,
      storeCpuUs: (user + system) / samples.length,
    };
  });
}
