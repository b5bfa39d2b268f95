import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Database } from '@dispatch/contracts';
import { describeDatabase } from './describe-database.ts';
import { postgresError } from './errors.ts';
import { findBinaries } from './find-binaries.ts';
import { handOver } from './identity.ts';
import { initialize } from './initialize.ts';
import { type Launched, launch } from './launch.ts';
import { type Place, preparePlace } from './place.ts';
import { findPostmaster, waitUntilFree } from './postmaster.ts';
import { type Address, accessRules, fitsSocket, serverArguments } from './server-settings.ts';

export interface StartPostgresOptions {
  /** Absolute. The files go to `postgres` below it, made where it is missing. */
  readonly dataDir: string;
  /** For tests: not durable, and the data folder is removed when the server ends, however it does. */
  readonly isTemporary?: boolean;
  /** Listen on loopback, with the password, even where a socket's path fits. */
  readonly isLoopback?: boolean;
  /** The port on loopback; a free one unless given. */
  readonly port?: number;
  /** Milliseconds. */
  sleep(ms: number): Promise<void>;
  /** What an operator should know: where files went, what the server warns of. */
  readonly onNotice?: (message: string) => void;
  readonly onServerLine?: (line: string) => void;
}

/** A server that takes connections. */
export interface RunningPostgres {
  readonly database: Database;
  readonly processId: number;
  /** Where it listens on loopback. */
  readonly port?: number;
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** Ends it in good order. Idempotent. */
  stop(): Promise<void>;
}

const fastStopMs = 10_000;
const quitMs = 5_000;

/**
 * Starts the private PostgreSQL of a data folder and resolves when it takes connections; makes the
 * folder where there is none, and waits for a server of before that is still going down. The server
 * ends with this process, whatever ends it. Rejects with the codes of this package.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const { dataDir, isTemporary = false, sleep } = options;
  const place = preparePlace(dataDir, findBinaries());
  if (place.notice !== undefined) options.onNotice?.(place.notice);
  if (isTemporary) handOver(dataDir, place.identity);
  await waitUntilFree(place.home, sleep);
  const password = await initialize(place, !isTemporary);
  const rules = join(place.home, 'pg_hba.conf');
  writeFileSync(rules, accessRules, { mode: 0o600 });
  handOver(rules, place.identity);

  const address = await chooseAddress(place, options);
  const launched = await launchUntilUp(place, address, options);
  const processId = findPostmaster(place.home);
  if (processId === undefined) {
    throw postgresError('postgres-failed', 'PostgreSQL ended as it started.', launched.lastLines());
  }
  let stopping: Promise<void> | undefined;
  return {
    database: describeDatabase(address, password),
    processId,
    ...(address.kind === 'loopback' ? { port: address.port } : {}),
    exited: launched.exited,
    stop: () => {
      stopping ??= stopServer(processId, launched, sleep).then(() => {
        if (!isTemporary) return;
        for (const folder of [place.home, dataDir])
          rmSync(folder, { recursive: true, force: true });
      });
      return stopping;
    },
  };
}

/** What a server says while processes of one that was killed still hold its memory. They end by themselves. */
const leftovers = 'pre-existing shared memory block';
const leftoversMs = 10_000;
const pauseMs = 200;

async function launchUntilUp(
  place: Place,
  address: Address,
  options: StartPostgresOptions,
): Promise<Launched> {
  const { dataDir, isTemporary = false, onServerLine, sleep } = options;
  const settings = serverArguments(place.home, address, !isTemporary);
  for (let waited = 0; ; waited += pauseMs) {
    const launched = launch(place, settings, {
      ...(isTemporary ? { removeAfter: dataDir } : {}),
      ...(onServerLine === undefined ? {} : { onLine: onServerLine }),
    });
    try {
      await launched.ready;
      return launched;
    } catch (error) {
      launched.abandon();
      const said = launched.lastLines() || String(error);
      if (!said.includes(leftovers) || waited >= leftoversMs) {
        throw postgresError(
          'postgres-failed',
          `PostgreSQL did not start in ${place.home}.`,
          said,
          error,
        );
      }
    }
    await sleep(pauseMs);
  }
}

async function chooseAddress(place: Place, options: StartPostgresOptions): Promise<Address> {
  const folder = join(place.home, 'socket');
  if (options.isLoopback !== true && fitsSocket(folder)) return { kind: 'socket', folder };
  return { kind: 'loopback', port: options.port ?? (await findFreePort()) };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function stopServer(
  processId: number,
  launched: Launched,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  const signals = [
    ['SIGINT', fastStopMs],
    ['SIGQUIT', quitMs],
    ['SIGKILL', quitMs],
  ] as const;
  let isOver = false;
  const over = launched.exited.then(() => {
    isOver = true;
  });
  // One that has ended by itself has said so by now: its number may be another's.
  await sleep(0);
  for (const [signal, deadlineMs] of signals) {
    if (isOver) break;
    try {
      process.kill(processId, signal);
    } catch {
      // It has ended already.
    }
    await Promise.race([over, sleep(deadlineMs)]);
  }
  launched.abandon();
}

/** A fresh folder for a temporary server, below `parent`. */
export function temporaryDataDir(parent: string): string {
  const folder = mkdtempSync(join(parent, 'dispatch-postgres-'));
  chmodSync(folder, 0o711);
  return folder;
}
