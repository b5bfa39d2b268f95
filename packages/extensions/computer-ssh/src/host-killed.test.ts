import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { realTime } from '@dispatch/conformance';
import { expect, it, onTestFinished } from 'vitest';
import { noSshd, startSshd } from '../../../../test/sshd.ts';

/** A host of two commands, one of which leaves its group and hides what it prints. */
const host = `
import { createSshComputers } from './index.ts';
const [, configFile, word] = process.argv;
const sleep = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms).unref();
  signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
});
let count = 0;
const { find } = createSshComputers({
  configFile, environment: { PATH: process.env.PATH }, connectTimeoutMs: 10000, idleMs: 600000, maxCommands: 6,
  logger: { info() {}, warn() {} },
  runtime: { sleep, now: () => performance.now(), newAbortController: () => new AbortController(),
    randomHex: (bytes) => String(++count).padStart(bytes * 2, word) },
});
const computer = await find('box');
const onOutput = (stream, bytes) => process.stdout.write(bytes);
for (const command of ["trap '' TERM; sleep 63 & echo up; sleep 63", '(setsid sleep 64 >/dev/null 2>&1 &) ; echo up'])
  await computer.spawn({ command, cwd: '/', onOutput });
`;

it.skipIf(noSshd !== undefined || process.platform !== 'linux')(
  `leaves nothing behind a host that was killed, here or over there${noSshd ? `: ${noSshd}` : ''}`,
  realTime,
  async () => {
    const sshd = await startSshd();
    onTestFinished(() => sshd.stop());
    const word = (process.pid % 4096).toString(16).padStart(3, '0');
    const child = spawn(
      process.execPath,
      ['--conditions=source', '--input-type=module', '-e', host, sshd.configFile, `f${word}`],
      {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let printed = '';
    for await (const text of child.stdout) {
      printed += text;
      if (printed.split('up').length === 3) break;
    }
    const marked = () => processesWith('environ', `DISPATCH_CALL=f${word}`);
    const masters = () => processesWith('cmdline', sshd.configFile);
    // A shell may put a last command in its own place.
    while ((await marked()).length < 3) await delay(20);
    expect(await masters()).not.toEqual([]);
    const [folder] = (await masters()).flatMap(
      (line) => /([^\0]*\/dispatch-ssh-\w+)\0/.exec(line)?.[1] ?? [],
    );
    expect(folder).toBeDefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const from = performance.now();
    while ([...(await marked()), ...(await masters())].length > 0) await delay(20);
    while (spawnSync('ls', [folder ?? '']).status === 0) await delay(20);
    expect(performance.now() - from).toBeLessThan(5000);
    expect(sshd.connections()).toEqual([]);
  },
);

/** What stands in this file of every process that holds the text. */
async function processesWith(file: 'environ' | 'cmdline', text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids
      .filter((pid) => Number(pid) !== process.pid)
      .map((pid) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
  );
  return found.filter((content) => content.includes(text));
}
