import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectTo } from '../../../../test/postgres-client.ts';
import { findRunningPostgres } from './find-running.ts';
import { startPostgres, temporaryDataDir } from './start-postgres.ts';

test.each([false, true])(
  'a server that runs is found, by its socket or loopback (%j)',
  async (isLoopback) => {
    const dataDir = temporaryDataDir(tmpdir());
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    expect(findRunningPostgres(dataDir)).toBeUndefined();
    const sleep = (ms: number) => wait(ms);
    const server = await startPostgres({ dataDir, isTemporary: true, isLoopback, sleep });
    // It says in its file that it is ready right after it has said so in its log.
    await vi.waitFor(() => expect(findRunningPostgres(dataDir)).toEqual(server.database), 10_000);
    const found = findRunningPostgres(dataDir);
    if (found === undefined) return;
    const sql = connectTo(found);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await sql.end();
    await server.stop();
    expect(findRunningPostgres(dataDir)).toBeUndefined();
  },
);

test('a number that another process has by now is no server', () => {
  const dataDir = temporaryDataDir(tmpdir());
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const data = join(dataDir, 'postgres', 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n\n\n5432\n/tmp\n\n\nready\n`);
  expect(findRunningPostgres(dataDir)).toBeUndefined();
});
