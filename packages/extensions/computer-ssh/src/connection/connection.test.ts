import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { realTime } from '@dispatch/conformance';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { noSshd, startSshd, type TestSshd } from '../../../../../test/sshd.ts';
import { computerOf, computersOf, run } from '../__fixtures__/ssh-computers.ts';

const isSkipped = noSshd !== undefined;

describe.skipIf(isSkipped)(`a connection to a real sshd${noSshd ? `: ${noSshd}` : ''}`, () => {
  let sshd: TestSshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd?.stop());

  const saysOf = async (alias: string, ...lines: readonly string[]) => {
    await sshd.addAlias(alias, ...lines);
    const computer = await computerOf(sshd.configFile, alias, { connectTimeoutMs: 1000 });
    return expect(computer.stat('/')).rejects;
  };
  /** What is asked for the connections that were made since; those of other tests may just be ending. */
  const watchConnections = () => {
    const before = new Set(sshd.connections());
    return () => sshd.connections().filter((pid) => !before.has(pid));
  };
  const unavailable = (message: RegExp) => ({
    code: 'computer-unavailable',
    message: expect.stringMatching(message),
  });

  it('accepts no unknown host key, and says how a person does', async () => {
    const says = await saysOf('unknown', `UserKnownHostsFile ${join(sshd.folder, 'none')}`);
    await says.toMatchObject(unavailable(/host key is not known yet\. Run `ssh unknown`/));
    expect(await readdir(sshd.folder)).not.toContain('none');
  });

  it('accepts no changed host key', async () => {
    const other = (await readFile(join(sshd.folder, 'user-key.pub'), 'utf8')).split(' ', 2);
    const file = join(sshd.folder, 'changed');
    await writeFile(file, `[127.0.0.1]:${sshd.port} ${other.join(' ')}\n`);
    const says = await saysOf('changed', `UserKnownHostsFile ${file}`);
    await says.toMatchObject(unavailable(/host key is not the one that is known/));
  });

  it('says that a login is refused, and asks for no password', async () => {
    const key = join(sshd.folder, 'other-key');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const says = await saysOf('stranger', `IdentityFile ${key}`);
    await says.toMatchObject(unavailable(/it refused the login/));
  });

  it('says that nobody listens, that nobody answers, and that a name leads nowhere', async () => {
    await (await saysOf('shut', 'Port 1')).toMatchObject(unavailable(/nobody listens/));
    const silent = 'ProxyCommand sleep 30';
    await (await saysOf('silent', silent)).toMatchObject(unavailable(/does not answer/));
    const nowhere = 'HostName no-such-name.invalid';
    await (await saysOf('nowhere', nowhere)).toMatchObject(unavailable(/name leads nowhere/));
  });

  it('says that there is no ssh', async () => {
    const environment = { PATH: '/nowhere' };
    const computer = await computerOf(sshd.configFile, 'box', { environment });
    await expect(computer.stat('/')).rejects.toMatchObject(unavailable(/no `ssh` on the PATH/));
  });

  it('is one for all who call at once, and holds fifty commands without an error', async () => {
    const newConnections = watchConnections();
    const computer = await computerOf(sshd.configFile);
    const ten = await Promise.all(Array.from({ length: 10 }, () => computer.stat('/')));
    expect(new Set(ten.map(({ kind }) => kind))).toEqual(new Set(['folder']));
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const fifty = await Promise.all(numbers.map((n) => run(computer, `echo ${n}; exit ${n}`)));
    expect(fifty).toEqual(numbers.map((n) => ({ exit: { code: n }, printed: `${n}\n` })));
    expect(newConnections()).toHaveLength(1);
  });

  it('waits where the computer gives fewer sessions than it is asked for', async () => {
    const small = await startSshd('MaxSessions 3');
    onTestFinished(() => small.stop());
    const computer = await computerOf(small.configFile);
    await computer.stat('/');
    const all = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((word) => run(computer, `sleep 0.1; echo ${word}`)),
    );
    expect(all.map(({ printed }) => printed).join('')).toBe('a\nb\nc\nd\ne\n');
  });

  it('is made again after a drop; a command that ran then has failed', realTime, async () => {
    const newConnections = watchConnections();
    const computer = await computerOf(sshd.configFile);
    let told = '';
    const running = await computer.spawn({
      command: 'echo $$; sleep 61',
      cwd: '/',
      onOutput: (_, bytes) => {
        told += Buffer.from(bytes);
      },
    });
    while (!told.endsWith('\n')) await delay(5);
    const [connection = 0] = newConnections();
    sshd.drop(connection);
    expect(await running.exited).toEqual({ failure: expect.stringContaining('lost') });
    await running.closed;
    const from = performance.now();
    expect((await computer.stat('/')).kind).toBe('folder');
    expect((await run(computer, 'echo again')).printed).toBe('again\n');
    // Who watched over the command saw its life line close.
    while (isAlive(Number(told))) await delay(20);
    expect(performance.now() - from).toBeLessThan(5000);
    await running.end();
  });

  it('reaches a computer behind another', async () => {
    await sshd.addAlias('behind', 'ProxyJump box');
    // The one on the way is looked for in the same file, as the user's own would be.
    const computer = await computerOf(sshd.configFile, 'behind');
    const { printed } = await run(computer, 'echo "$SSH_CONNECTION"');
    expect(printed).toMatch(/^127\.0\.0\.1 /);
    await computer.writeFile(join(sshd.folder, 'far'), Buffer.from('away'));
    expect(await readFile(join(sshd.folder, 'far'), 'utf8')).toBe('away');
  });

  it('is closed when nobody uses it, not while a command has left something', async () => {
    const newConnections = watchConnections();
    const computer = await computerOf(sshd.configFile, 'box', { idleMs: 300 });
    expect(await run(computer, 'exec >/dev/null 2>&1; sleep 1 & exit 0')).toEqual({
      exit: { code: 0 },
      printed: '',
    });
    const from = performance.now();
    while (newConnections().length > 0) await delay(20);
    expect(performance.now() - from).toBeGreaterThan(700);
    expect((await computer.stat('/')).kind).toBe('folder');
  });

  it(
    'ends with its host in order, what runs over there first, within four seconds',
    realTime,
    async () => {
      const newConnections = watchConnections();
      const computers = computersOf(sshd.configFile);
      const computer = await computers.find('box');
      if (computer === undefined) throw new Error('no box');
      const running = await computer.spawn({ command: 'sleep 62', cwd: '/', onOutput: () => {} });
      const from = performance.now();
      await computers.dispose();
      expect(performance.now() - from).toBeLessThan(4000);
      expect(await running.exited).not.toEqual({ code: 0 });
      while (newConnections().length > 0) await delay(20);
      await expect(computer.stat('/')).rejects.toMatchObject(unavailable(/stopping/));
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    if (process.platform !== 'linux') return process.kill(pid, 0);
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
