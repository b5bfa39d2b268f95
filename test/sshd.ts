import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const daemon = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(existsSync);

/** Why tests against a real sshd are skipped; undefined where they run. */
export const noSshd: string | undefined =
  daemon === undefined
    ? 'there is no sshd (Debian: openssh-server)'
    : spawnSync('ssh', ['-V']).status === 0
      ? undefined
      : 'there is no ssh (Debian: openssh-client)';

/** A real sshd on loopback, for this process's user, with keys of its own that go with it. */
export interface TestSshd {
  readonly port: number;
  /** Links resolved. Holds the keys and both configurations; tests may put more there. */
  readonly folder: string;
  /** A client's configuration that knows this sshd as `box`, the key of its user, and its host key. */
  readonly configFile: string;
  /** Another alias with what `box` holds, but for what these lines say. */
  addAlias(alias: string, ...lines: readonly string[]): Promise<void>;
  /** What it logged so far. */
  log(): string;
  /** Its connections, by a process each. */
  connections(): readonly number[];
  /** Lets one of them drop; what ran on it goes on. */
  drop(connection: number): void;
  /** Ends it and the connections of it. */
  stop(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
}

/** @param lines More for the server's configuration. */
export async function startSshd(...lines: readonly string[]): Promise<TestSshd> {
  if (daemon === undefined) throw new Error(noSshd);
  // Where a user's rights are given up; it insists on this folder where it runs as root.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'dispatch-sshd-')));
  const port = await freePort();
  for (const name of ['host-key', 'user-key']) {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  }
  const hostKey = (await readFile(join(folder, 'host-key.pub'), 'utf8')).split(' ', 2).join(' ');
  await writeFile(join(folder, 'known-hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  const home = join(folder, 'home');
  await mkdir(home);
  const serverFile = join(folder, 'sshd-config');
  const server = [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${join(folder, 'host-key')}`,
    `AuthorizedKeysFile ${join(folder, 'user-key.pub')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'MaxStartups 100',
    // What the user's own shell does at a login is not under test.
    `SetEnv HOME=${home}`,
    ...lines,
  ];
  await writeFile(serverFile, `${server.join('\n')}\n`);
  const configFile = join(folder, 'config');
  const client = [
    'HostName 127.0.0.1',
    `Port ${port}`,
    `User ${userInfo().username}`,
    `IdentityFile ${join(folder, 'user-key')}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${join(folder, 'known-hosts')}`,
    'StrictHostKeyChecking ask',
  ];
  let config = '';
  let log = '';
  let child: ChildProcess | undefined;
  const kill = () => child?.kill('SIGKILL');

  const addAlias = async (alias: string, ...own: readonly string[]) => {
    const keywords = own.map((line) => line.split(' ', 1)[0]);
    const rest = client.filter((line) => !keywords.includes(line.split(' ', 1)[0]));
    config += `Host ${alias}\n${[...own, ...rest].map((line) => `  ${line}\n`).join('')}`;
    await writeFile(configFile, config);
  };
  const connections = () => childrenOf(child?.pid ?? 0);
  const start = async () => {
    const started = spawn(daemon, ['-D', '-e', '-f', serverFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    const from = log.length;
    await new Promise<void>((resolve, reject) => {
      started.stderr.on('data', (text) => {
        log += text;
        if (log.includes('Server listening', from)) resolve();
      });
      started.once('close', () => reject(new Error(`sshd did not start: ${log}`)));
    });
  };

  await addAlias('box');
  await start();
  process.once('exit', kill);
  return {
    port,
    folder,
    configFile,
    addAlias,
    connections,
    drop,
    log: () => log,
    start,
    async stop() {
      const left = connections();
      const gone = new Promise((resolve) => child?.once('close', resolve));
      kill();
      await gone;
      left.forEach(drop);
      process.off('exit', kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(file)
    ? readFileSync(file, 'latin1')
    : spawnSync('pgrep', ['-P', String(pid)]).stdout.toString();
  return (text.match(/\d+/g) ?? []).map(Number);
}

/** Unless it runs as its user from the beginning, sshd has two processes for a connection. */
function drop(connection: number): void {
  const isSshd = (pid: number) => {
    const file = `/proc/${pid}/comm`;
    if (existsSync(file)) return readFileSync(file, 'latin1').startsWith('sshd');
    return spawnSync('ps', ['-o', 'comm=', '-p', String(pid)]).stdout.includes('sshd');
  };
  const pids = childrenOf(connection).filter(isSshd);
  for (const pid of [...pids, connection]) endIfThere(pid);
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its server.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      probe.close(() => (port === undefined ? reject(new Error('no port')) : resolve(port)));
    });
  });
}
