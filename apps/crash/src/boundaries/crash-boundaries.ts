import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@dispatch/client';
import { startDatabase } from '../cluster/database.ts';
import { type HostProcess, startHost } from '../cluster/host-process.ts';
import { readableFile } from '../traffic/script.ts';
import { nameStatement } from './name-statement.ts';
import { type PlayedTurn, playTurn } from './play-turn.ts';
import { type Moment, startStatementProxy } from './statement-proxy.ts';

/** Nothing but the turn asks the database then: no lease is renewed while it runs. */
const leaseMs = 60_000;
const moments: readonly Moment[] = ['before', 'unanswered', 'answered'];

/** A moment in a turn's life: the `occurrence`th statement of this name, counted from 1. */
export interface Boundary {
  readonly statement: string;
  readonly occurrence: number;
  readonly moment: Moment;
}

export interface CrashBoundaries {
  /** The host's program. */
  readonly program: string;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Which of all boundaries to crash at. */
  choose(all: readonly Boundary[]): readonly Boundary[];
  /** Makes the client of a host that comes and goes. */
  openClient(url: () => string): Client;
  onCrash(boundary: Boundary, outcome: Outcome): void;
}

export interface Outcome extends PlayedTurn {
  /** False where the turn had no such statement this time. */
  readonly wasReached: boolean;
}

/**
 * Crashes a host at statements of a turn. A first turn runs through and shows which there are; then,
 * for each boundary, another turn meets a SIGKILL there, the host starts again, and the turn has to
 * end as if nothing had been.
 */
export async function crashBoundaries(options: CrashBoundaries): Promise<void> {
  const { program, folder, signal } = options;
  const cwd = join(folder, 'work');
  mkdirSync(cwd);
  writeFileSync(join(cwd, readableFile), 'There is something to read.\n');
  const database = await startDatabase();
  const proxy = await startStatementProxy(database.port);
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const start = () =>
    startHost({ program, dataDir: join(folder, 'host'), databaseUrl: url.href, leaseMs });
  let host: HostProcess | undefined;
  try {
    host = await start();
    const client = options.openClient(() => host?.url ?? '');

    const seen: string[] = [];
    proxy.watch((sql) => {
      const name = nameStatement(sql);
      if (name !== undefined) seen.push(name);
      return undefined;
    });
    const { problems } = await playTurn(client, 'undisturbed', cwd);
    proxy.watch(() => undefined);
    if (problems.length > 0) throw new Error(`without a crash: ${problems.join('; ')}`);

    for (const [index, boundary] of options.choose(listBoundaries(seen)).entries()) {
      if (signal.aborted) return;
      let restarting: Promise<void> | undefined;
      const restart = async (killed: HostProcess) => {
        await killed.kill();
        host = await start();
      };
      const isIt = countTo(boundary.statement, boundary.occurrence);
      proxy.watch((sql) => {
        const running = host;
        if (running === undefined || !isIt(nameStatement(sql))) return undefined;
        const strike = () => {
          restarting = restart(running);
        };
        return { moment: boundary.moment, strike };
      });
      const played = await playTurn(client, `crash-${index}`, cwd).catch(
        (error): PlayedTurn => ({ problems: [String(error)], interrupted: 0 }),
      );
      proxy.watch(() => undefined);
      await restarting;
      options.onCrash(boundary, { wasReached: restarting !== undefined, ...played });
    }
  } finally {
    await host?.kill();
    await proxy.close();
    await database.stop();
  }
}

/** Each statement up to the last that writes, the seal, at each moment: behind it the checks read. */
function listBoundaries(names: readonly string[]): readonly Boundary[] {
  const counts = new Map<string, number>();
  const end = names.findLastIndex((name) => /^(insert|update|delete)\b/.test(name)) + 1;
  return names.slice(0, end).flatMap((statement) => {
    const occurrence = (counts.get(statement) ?? 0) + 1;
    counts.set(statement, occurrence);
    return moments.map((moment) => ({ statement, occurrence, moment }));
  });
}

/** True once: for the `occurrence`th time that it is given `name`. */
function countTo(name: string, occurrence: number): (other: string | undefined) => boolean {
  let count = 0;
  return (other) => {
    if (other === name) count += 1;
    return other === name && count === occurrence;
  };
}
