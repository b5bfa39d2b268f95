import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import {
  type RunningPostgres,
  startPostgres,
  temporaryDataDir,
} from '../packages/extensions/postgres-embedded/src/index.ts';
import { connectTo } from './postgres-client.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `freshDatabaseUrl` asks for a database. */
    databasePort: number;
  }
}

/**
 * Gives every caller a database of its own in one real PostgreSQL, started when the first one asks:
 * a run without such tests pays nothing. `DISPATCH_TEST_DATABASE_URL` names another server.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: RunningPostgres | undefined;
  let admin: ReturnType<typeof connectTo> | undefined;
  let starting: Promise<string> | undefined;
  let count = 0;

  const start = async (): Promise<string> => {
    let url = process.env.DISPATCH_TEST_DATABASE_URL;
    if (url === undefined) {
      server = await startPostgres({
        dataDir: temporaryDataDir(tmpdir()),
        isTemporary: true,
        isLoopback: true,
        sleep: (ms) => sleep(ms, undefined, { ref: false }),
      });
      url = server.database.url;
    }
    admin = connectTo({ url });
    return url;
  };
  const create = async (): Promise<string> => {
    starting ??= start();
    const url = new URL(await starting);
    count += 1;
    const name = `dispatch_test_${process.pid}_${count}`;
    await admin?.unsafe(`create database ${name}`);
    url.pathname = `/${name}`;
    return url.href;
  };
  const drop = async (): Promise<void> => {
    for (let i = 1; server === undefined && i <= count; i += 1) {
      await admin?.unsafe(`drop database if exists dispatch_test_${process.pid}_${i} with (force)`);
    }
  };

  const answer = (socket: Socket): void => {
    create().then(
      (url) => socket.end(JSON.stringify({ url })),
      (error) => socket.end(JSON.stringify({ error: `${error} ${error?.hint ?? ''}` })),
    );
  };
  const desk = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => desk.once('listening', resolve));
  const address = desk.address();
  project.provide('databasePort', typeof address === 'object' ? (address?.port ?? 0) : 0);

  return async () => {
    desk.close();
    await starting?.catch(() => {});
    await drop();
    await admin?.end({ timeout: 1 });
    await server?.stop();
  };
}
