import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, Runtime } from '@dispatch/contracts';
import { findRunningPostgres, startPostgres } from '@dispatch/postgres-embedded';
import { tryLockFolder } from '@dispatch/runtime-node';
import type { Context } from '../command.ts';
import { CommandError, usageError } from '../exit-codes.ts';

/** A database that can be asked. */
export interface FoundDatabase {
  readonly database: Database;
  /** No host can be running on it: what is left to be taken over waits for one. */
  readonly isIdle: boolean;
  /** Stops what was started for it. */
  close(): Promise<void>;
}

/** A host that starts takes about as long until its PostgreSQL is up. */
const startingMs = 15_000;
const pauseMs = 100;

/**
 * The store's database: `--database`, else `DATABASE_URL`, else the PostgreSQL of the data folder:
 * the one that a host runs there, or one that is started for as long as it takes, under the folder's
 * lock.
 */
export async function findDatabase(context: Context, runtime: Runtime): Promise<FoundDatabase> {
  const { values, io } = context;
  const option = values.text('database');
  if (option !== undefined) return fromUrl(option, '--database');
  const { DATABASE_URL: url } = io.env;
  if (url !== undefined && url !== '') return fromUrl(url, 'DATABASE_URL');
  return inDataFolder(context, runtime);
}

function fromUrl(url: string, from: string): FoundDatabase {
  // Not told back: it may hold a password.
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw usageError(
      `${from} is no address of a PostgreSQL.`,
      'It looks like postgres://user:password@host:5432/database.',
    );
  }
  return { database: { url, isPrivate: false }, isIdle: false, close: async () => {} };
}

async function inDataFolder({ dataFolder, io }: Context, runtime: Runtime): Promise<FoundDatabase> {
  if (!existsSync(join(dataFolder, 'postgres'))) {
    throw new CommandError(
      'There is no store here.',
      `${dataFolder} holds no PostgreSQL. --data or DISPATCH_DATA_DIR name the data folder of the host, --database or DATABASE_URL another PostgreSQL.`,
    );
  }
  let holder = 0;
  for (let waitedMs = 0; waitedMs <= startingMs; waitedMs += pauseMs) {
    const attempt = tryLockFolder(dataFolder, io.pid, io.wallNow());
    if (attempt.outcome === 'locked') {
      return startOwn(dataFolder, runtime, () => attempt.lock.release());
    }
    if (attempt.outcome === 'held') {
      holder = attempt.pid;
      const database = findRunningPostgres(dataFolder);
      if (database !== undefined) return { database, isIdle: false, close: async () => {} };
    }
    await runtime.sleep(pauseMs);
  }
  throw new CommandError(
    `The data folder ${dataFolder} is in use by the process ${holder}, and no PostgreSQL runs there.`,
    'A host with a database of its own? Name that with --database or DATABASE_URL.',
  );
}

async function startOwn(
  dataFolder: string,
  runtime: Runtime,
  release: () => void,
): Promise<FoundDatabase> {
  try {
    const server = await startPostgres({ dataDir: dataFolder, sleep: (ms) => runtime.sleep(ms) });
    const close = async () => {
      try {
        await server.stop();
      } finally {
        release();
      }
    };
    return { database: server.database, isIdle: true, close };
  } catch (error) {
    release();
    throw error;
  }
}
