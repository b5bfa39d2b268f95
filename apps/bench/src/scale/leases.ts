import { withPostgres } from '../measures/store.ts';
import { familyCpuMs } from '../processes.ts';
import { median } from '../statistics.ts';
import { logPosition } from './log-position.ts';
import { leaseMs, owner, runtime, startTurns } from './start-turns.ts';

export interface LeasesOptions {
  /** That run, all of them one host's. */
  readonly turns: number;
}

/** What a host does with each beat, of one beat. */
export interface LeasesCost {
  readonly renewMs: number;
  readonly renewCpuMs: number;
  readonly renewLogBytes: number;
  /** Of another host, which finds that all leases run on. */
  readonly claimMs: number;
  readonly claimCpuMs: number;
}

const beats = 20;

export function measureLeases({ turns }: LeasesOptions): Promise<LeasesCost> {
  return withPostgres(async ({ store, sql, processId }) => {
    await startTurns(store, turns);
    const run = async (beat: () => Promise<unknown>) => {
      const samples: number[] = [];
      const cpuBefore = familyCpuMs(processId);
      const logBefore = await logPosition(sql);
      for (let count = 0; count < beats; count += 1) {
        const startedAt = performance.now();
        await beat();
        samples.push(performance.now() - startedAt);
        await runtime.sleep(50);
      }
      return {
        ms: median(samples),
        cpuMs: (familyCpuMs(processId) - cpuBefore) / beats,
        logBytes: ((await logPosition(sql)) - logBefore) / beats,
      };
    };
    const renew = await run(async () => {
      const owned = await store.renewLeases(owner, leaseMs);
      if (owned.length !== turns) throw new Error(`${owned.length} leases were renewed`);
    });
    const claim = await run(async () => {
      const other = { owner: 'another', leaseMs, includeOwn: true, limit: 500 };
      const claimed = await store.claimTurns(other);
      if (claimed.length > 0) throw new Error(`${claimed.length} turns were claimed`);
    });
    return {
      renewMs: renew.ms,
      renewCpuMs: renew.cpuMs,
      renewLogBytes: renew.logBytes,
      claimMs: claim.ms,
      claimCpuMs: claim.cpuMs,
    };
  });
}
