import { setTimeout as sleep } from 'node:timers/promises';
import type { Takeovers } from '../checks/takeovers.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { RunDatabase } from '../cluster/database.ts';
import type { Random } from '../random.ts';

export interface BreakHosts {
  readonly cluster: Cluster;
  readonly database: RunDatabase;
  readonly takeovers: Takeovers;
  readonly random: Random;
  readonly kills: number;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  onStrike(strike: Strike): void;
}

export interface Strike {
  readonly kind: 'kill' | 'freeze';
  readonly index: number;
  /** How long the host is gone. */
  readonly forMs: number;
  /** Turns that it ran. */
  readonly turns: number;
}

/**
 * Kills hosts and starts them again, at moments that the seed decides, until it has killed so many;
 * every fifth time it freezes one instead, for longer than its lease. While hosts come back the next
 * ones go: all may be gone at once. Resolves when all are back. Rejects where one does not come back.
 */
export async function breakHosts(options: BreakHosts): Promise<void> {
  const { cluster, random, kills, leaseMs, signal } = options;
  const comingBack = new Set<Promise<void>>();
  const failed = new AbortController();
  let failure: unknown;
  let killed = 0;
  while (killed < kills && !signal.aborted && !failed.signal.aborted) {
    // All choices are made here, in order: what comes back when does not change the next ones.
    const pauseMs = random.between(200, 1800);
    const wanted = random.between(0, cluster.members.length - 1);
    const plan = planStrike(random, leaseMs);
    await pause(pauseMs, AbortSignal.any([signal, failed.signal]));
    const index = await nextUp(cluster, wanted, signal);
    if (index === undefined) continue;
    if (plan.kind === 'kill') killed += 1;
    const back = strike(options, plan, index)
      .catch((error) => {
        failure ??= error;
        failed.abort();
      })
      .finally(() => comingBack.delete(back));
    comingBack.add(back);
  }
  await Promise.all(comingBack);
  if (failure !== undefined) throw failure;
}

/** A killed host is mostly back before anyone misses it, and sometimes long after. */
function planStrike(random: Random, leaseMs: number): Pick<Strike, 'kind' | 'forMs'> {
  const short = random.between(0, leaseMs);
  const long = random.between(leaseMs, leaseMs * 3);
  const killedMs = random.pick([0, 0, short, long]);
  const frozenMs = random.between(leaseMs * 1.2, leaseMs * 3);
  return random.chance(0.2)
    ? { kind: 'freeze', forMs: Math.round(frozenMs) }
    : { kind: 'kill', forMs: killedMs };
}

/** The first host that is up, from the one that was wanted on. */
async function nextUp(
  cluster: Cluster,
  wanted: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  while (!signal.aborted) {
    const { members } = cluster;
    const turned = [...members.slice(wanted), ...members.slice(0, wanted)];
    const up = turned.find(({ state }) => state === 'up');
    if (up !== undefined) return up.index;
    await pause(20, signal);
  }
  return undefined;
}

async function strike(
  { cluster, database, takeovers, signal, onStrike }: BreakHosts,
  { kind, forMs }: Pick<Strike, 'kind' | 'forMs'>,
  index: number,
): Promise<void> {
  const hostId = cluster.members[index]?.hostId ?? '';
  const at = performance.now();
  if (kind === 'kill') await cluster.kill(index);
  else cluster.freeze(index);
  const turns = await database.ownedBy(hostId);
  // Nobody takes over from one that is frozen where there is no other: it goes on by itself.
  const isAlone = cluster.members.length === 1 && kind === 'freeze';
  for (const turn of isAlone ? [] : turns) takeovers.lost(turn, at);
  onStrike({ kind, index, forMs, turns: turns.length });
  await pause(forMs, signal);
  if (kind === 'kill') await cluster.restart(index);
  else cluster.thaw(index);
}

/** Resolves early when the signal fires. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
