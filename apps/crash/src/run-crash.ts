import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TurnEvent } from '@dispatch/wire';
import { breakHosts } from './chaos/break-hosts.ts';
import { checkStore } from './checks/check-store.ts';
import { createHeard } from './checks/heard.ts';
import { createTakeovers } from './checks/takeovers.ts';
import { createToldEvents } from './checks/told-events.ts';
import { createViolations } from './checks/violations.ts';
import { startCluster } from './cluster/cluster.ts';
import { startDatabase } from './cluster/database.ts';
import { openFastClient } from './cluster/fast-client.ts';
import { createRouter } from './cluster/router.ts';
import type { CrashOptions } from './options.ts';
import { createRandom } from './random.ts';
import { type Report, summarizeMs } from './report.ts';
import { readableFile } from './traffic/script.ts';
import { runUsers } from './traffic/users.ts';

/** Beyond the lease: what a takeover may take. */
const takeoverMs = 15_000;
/** How long a user waits at most: a turn may lose its host again and again. */
const answerMs = 120_000;

/** Runs hosts, users and kills, checks all the while, and ends all that it started. */
export async function runCrash(
  options: CrashOptions,
  signal: AbortSignal,
  say: (words: string) => void,
): Promise<Report> {
  const { seed, hosts, kills, leaseMs, users } = options;
  const startedAt = performance.now();
  const random = createRandom(seed);
  const violations = createViolations((words) => say(`VIOLATION ${words}`));
  const takeovers = createTakeovers(violations, leaseMs + takeoverMs);
  const told = createToldEvents(violations, (event: TurnEvent) =>
    takeovers.told(event, performance.now()),
  );
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-crash-'));
  chmodSync(folder, 0o711);
  const cwd = join(folder, 'work');
  mkdirSync(cwd);
  writeFileSync(join(cwd, readableFile), 'There is something to read.\n');
  const heard = options.isFolderKept ? createHeard(join(folder, 'heard.txt')) : undefined;
  const counts = {
    kills: 0,
    freezes: 0,
    turns: 0,
    conversations: 0,
    givenUp: 0,
    streams: 0,
    resyncs: 0,
  };

  const cleanUp: (() => unknown)[] = [];
  try {
    if (!options.isFolderKept) cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
    const database = await startDatabase();
    cleanUp.push(() => database.stop());
    const { program } = options;
    const cluster = await startCluster(
      hosts,
      folder,
      { program, databaseUrl: database.url, leaseMs },
      (words) => violations.add(words),
    );
    cleanUp.push(() => cluster.close());
    const router = createRouter(cluster, random.fork('router'));
    const reportOverdue = async (): Promise<void> => {
      for (const turn of takeovers.overdue(performance.now())) {
        // Where nobody followed it, it may have gone on and ended all the same.
        if (!(await database.isOwned(turn))) continue;
        violations.add(`${turn.turnId} was not taken over in ${leaseMs + takeoverMs} ms`);
      }
    };
    const over = new AbortController();
    const limit = AbortSignal.timeout(60_000 + kills * 10_000);
    const ending = AbortSignal.any([signal, over.signal, limit]);
    const traffic = runUsers({
      count: users,
      cwd,
      random: random.fork('users'),
      withinMs: answerMs,
      violations,
      signal: ending,
      newClient: (name, clientRandom, taps) =>
        openFastClient(router, clientRandom.next, heard?.writing(name, taps) ?? taps),
      reader: {
        opened: () => {
          counts.streams += 1;
        },
        resynced: () => {
          counts.resyncs += 1;
        },
        told: (event) => told.record(event),
        complain: (words) => violations.add(words),
      },
      onTurn(turnId) {
        counts.turns += 1;
        takeovers.ended(turnId);
      },
      ownersOf: (turnId) => database.ownersOf(turnId),
      onChecked(turnIds, givenUp) {
        counts.conversations += 1;
        counts.givenUp += givenUp;
        for (const turnId of turnIds) {
          told.forget(turnId);
          takeovers.ended(turnId);
        }
      },
    });
    await breakHosts({
      cluster,
      database,
      takeovers,
      random: random.fork('chaos'),
      kills,
      leaseMs,
      signal: AbortSignal.any([signal, limit]),
      onStrike({ kind, index, forMs, turns }) {
        counts[kind === 'kill' ? 'kills' : 'freezes'] += 1;
        void reportOverdue();
        if (options.isVerbose) say(`${kind} host ${index}, for ${forMs} ms, with ${turns} turns`);
        else if (counts.kills % 20 === 0 && kind === 'kill') say(`${counts.kills} kills`);
      },
    });
    over.abort();
    await traffic;
    if (limit.aborted) violations.add('the run did not come to its end in time');
    await reportOverdue();
    for (const words of await checkStore(database.url)) violations.add(words);
  } finally {
    for (const step of cleanUp.reverse()) await step();
    heard?.close();
    if (options.isFolderKept) say(`logs, journals and all that was heard: ${folder}`);
  }
  return {
    seed,
    hosts,
    leaseMs,
    ...counts,
    takeovers: takeovers.durationsMs.length,
    takeoverMs: summarizeMs(takeovers.durationsMs),
    seconds: Math.round((performance.now() - startedAt) / 1000),
    violations: violations.count,
    found: violations.list,
  };
}
