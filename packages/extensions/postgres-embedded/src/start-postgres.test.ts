import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isCodedError } from '@dispatch/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { connectTo } from '../../../../test/postgres-client.ts';
import { type RunningPostgres, startPostgres, temporaryDataDir } from './start-postgres.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = temporaryDataDir(tmpdir());
  folders.push(made);
  return made;
};
const sleep = (ms: number) => wait(ms);
const start = (dataDir: string, isLoopback = false) =>
  startPostgres({ dataDir, isLoopback, sleep });

async function ask(server: RunningPostgres, statement: string) {
  const sql = connectTo(server.database);
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 0.1 });
  }
}

/** A process that has ended and that nobody asked about yet is not alive, though it has its number still. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function goneWithin(pid: number, ms: number): Promise<boolean> {
  for (let waited = 0; waited < ms && isAlive(pid); waited += 20) await wait(20);
  return !isAlive(pid);
}

/** A host in a process of its own, and the id of its server's. */
async function startOwner(dataDir: string): Promise<{ owner: ChildProcess; postmaster: number }> {
  const script = join(import.meta.dirname, '__fixtures__', 'owner.ts');
  const owner = spawn(process.execPath, ['--conditions=source', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Array.fromAsync(take(owner.stdout, 1));
  return { owner, postmaster: Number(line) };
}

async function* take(source: AsyncIterable<Buffer>, count: number): AsyncIterable<string> {
  for await (const part of source) {
    yield String(part);
    count -= 1;
    if (count === 0) return;
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return isCodedError(error) ? error.code : String(error);
  }
}

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

describe('startPostgres', () => {
  const dataDir = folder();

  it('makes a durable server that this host alone can reach, and keeps its data over a stop', async () => {
    const first = await start(dataDir);
    const home = join(dataDir, 'postgres');
    expect(first.database).toEqual({
      url: 'postgres://postgres@localhost/postgres',
      socketPath: join(home, 'socket', '.s.PGSQL.5432'),
      isPrivate: true,
    });
    const [settings] = await ask(
      first,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
        current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding,
        current_setting('server_version_num')::int / 10000 as version`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      commits: 'on',
      addresses: '',
      encoding: 'UTF8',
      version: 18,
    });
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'socket')).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'password')).mode & 0o777).toBe(0o600);
    await ask(first, "create table kept as select 'here' as word");
    await Promise.all([first.stop(), first.stop()]);
    expect(isAlive(first.processId)).toBe(false);

    const second = await start(dataDir);
    expect(await ask(second, 'select word from kept')).toEqual([{ word: 'here' }]);
    await second.stop();
  });

  it('ends with its host, though that is killed, and starts again on the same folder at once', async () => {
    const { owner, postmaster } = await startOwner(dataDir);
    const socketPath = join(dataDir, 'postgres', 'socket', '.s.PGSQL.5432');
    const sql = connectTo({ url: 'postgres://postgres@localhost/postgres', socketPath });
    await sql`create table survived as select 1 as one`;
    owner.kill('SIGKILL');
    const server = await start(dataDir);
    expect(isAlive(postmaster)).toBe(false);
    expect(await ask(server, 'select one from survived')).toEqual([{ one: 1 }]);
    await server.stop();
    await sql.end({ timeout: 0.1 });
  });

  it('is gone within two seconds of a kill, with a client that holds on', async () => {
    const { owner, postmaster } = await startOwner(dataDir);
    const socketPath = join(dataDir, 'postgres', 'socket', '.s.PGSQL.5432');
    const sql = connectTo({ url: 'postgres://postgres@localhost/postgres', socketPath });
    const held = codeOf(sql`select pg_sleep(30)`);
    await wait(100);
    owner.kill('SIGKILL');
    expect(await goneWithin(postmaster, 2000)).toBe(true);
    await held;
    await sql.end({ timeout: 0.1 });
  });

  it('stops a server of before that lost its launcher too', async () => {
    const { owner, postmaster } = await startOwner(dataDir);
    const launcher = Number(readFileSync(join(dataDir, 'postgres', 'launcher.pid'), 'utf8'));
    process.kill(launcher, 'SIGSTOP');
    owner.kill('SIGKILL');
    process.kill(launcher, 'SIGKILL');
    const server = await start(dataDir);
    expect(server.processId).not.toBe(postmaster);
    expect(isAlive(postmaster)).toBe(false);
    await server.stop();
  });

  it('starts after a server that was killed itself', async () => {
    const first = await start(dataDir);
    process.kill(first.processId, 'SIGKILL');
    await first.exited;
    const second = await start(dataDir);
    expect(await ask(second, 'select one from survived')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('is not kept from starting by a pid file that names some other process', async () => {
    const file = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    writeFileSync(file, `${process.pid}\n${join(dataDir, 'postgres', 'data')}\n1\n5432\n\n\n\n`);
    const server = await start(dataDir);
    await server.stop();
  });

  it('refuses a folder whose server has a host that lives', async () => {
    const first = await start(dataDir);
    const impatient = startPostgres({ dataDir, sleep: () => wait(0) });
    expect(await codeOf(impatient)).toBe('postgres-failed');
    expect(await ask(first, 'select one from survived')).toEqual([{ one: 1 }]);
    await first.stop();
  });

  it('does not take files of another version for its own', async () => {
    const other = folder();
    mkdirSync(join(other, 'postgres', 'data'), { recursive: true });
    writeFileSync(join(other, 'postgres', 'data', 'PG_VERSION'), '17\n');
    expect(await codeOf(start(other))).toBe('postgres-failed');
    expect(existsSync(join(other, 'postgres', 'data', 'PG_VERSION'))).toBe(true);
  });

  it('heals a folder whose making was cut off; on loopback it asks for its password', async () => {
    const other = folder();
    mkdirSync(join(other, 'postgres', 'unfinished-1', 'base'), { recursive: true });
    writeFileSync(join(other, 'postgres', 'password'), 'of before\n');
    const server = await start(other, true);
    expect(existsSync(join(other, 'postgres', 'unfinished-1'))).toBe(false);
    const { url, socketPath } = server.database;
    expect(socketPath).toBeUndefined();
    expect(url).toMatch(/^postgres:\/\/postgres:[0-9a-f]{48}@127\.0\.0\.1:\d+\/postgres$/);
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    const intruder = connectTo({ url: url.replace(/:[0-9a-f]{48}@/, ':wrong@') });
    expect(await codeOf(intruder`select 1`)).toMatch(/password authentication failed/);
    await intruder.end({ timeout: 0.1 });
    await server.stop();
  });

  it('leaves nothing of a temporary server', async () => {
    const dataDir = temporaryDataDir(tmpdir());
    const server = await startPostgres({ dataDir, isTemporary: true, sleep });
    await server.stop();
    expect(existsSync(dataDir)).toBe(false);
  });

  it('says that the data folder can not be written', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(await codeOf(start(join(file, 'data')))).toBe('data-folder-not-writable');
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  it('runs as someone else, with its files elsewhere where that user can not enter', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'dispatch-closed-'));
    folders.push(closed);
    chmodSync(closed, 0o700);
    const dataDir = join(closed, 'data');
    const notices: string[] = [];
    const server = await startPostgres({ dataDir, sleep, onNotice: (text) => notices.push(text) });
    const home = realpathSync(join(dataDir, 'postgres'));
    folders.push(home);
    expect(home).toMatch(/^\/var\/lib\/dispatch\/[0-9a-f]{16}$/);
    expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
    expect(notices).toEqual([expect.stringContaining(home)]);
    expect(statSync(join(home, 'data')).uid).not.toBe(0);
    expect(readFileSync(`/proc/${server.processId}/status`, 'utf8')).toMatch(/^Uid:\s+65534/m);
    await ask(server, 'create table kept as select 1 as one');
    await server.stop();
    const again = await start(dataDir);
    expect(await ask(again, 'select one from kept')).toEqual([{ one: 1 }]);
    await again.stop();

    rmSync(dataDir, { recursive: true });
    const fresh = await start(dataDir);
    folders.push(`${home}.old.1`);
    expect(await ask(fresh, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
    expect(existsSync(`${home}.old.1/data/PG_VERSION`)).toBe(true);
    await fresh.stop();
  });

  it('stays in a data folder that is closed itself, and lets pass through it', async () => {
    const dataDir = join(folder(), 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    const server = await start(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o701);
    expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(false);
    await server.stop();
  });
});
