import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { realTime } from '@dispatch/conformance';
import { expect, it } from 'vitest';
import { createGuardian } from './guardian.ts';
import { canFindMarks, findProcesses } from './processes.ts';

/** A host of two commands, one of which leaves its group. Prints `up` for each. */
const host = `
import { createLocalComputer } from './local-computer.ts';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const { computer } = createLocalComputer({
  environment: { PATH: '/usr/bin:/bin' },
  shell: '/bin/sh',
  logger: { warn() {} },
  runtime: { sleep, now: () => performance.now(), randomHex: () => process.argv[1] },
});
const onOutput = (stream, bytes) => process.stdout.write(bytes);
for (const command of ['sleep 34.5 & echo up; sleep 34.5', 'setsid sleep 34.6 & echo up; sleep 34.6'])
  void computer.spawn({ command, cwd: '/', onOutput });
`;

it.runIf(canFindMarks)('ends the commands of a host that was killed', realTime, async () => {
  const mark = `guardian-test-${process.pid}`;
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--input-type=module', '-e', host, mark],
    { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  for await (const text of child.stdout) {
    printed += text;
    if (printed.split('up').length === 3) break;
  }
  const ours = () => findProcesses({ groups: [], markPrefix: `${mark}.` });
  while ((await ours()).length < 4) await delay(10);
  child.kill('SIGKILL');
  const from = performance.now();
  while ((await ours()).length > 0) await delay(20);
  expect(performance.now() - from).toBeLessThan(5000);
});

it.runIf(canFindMarks)('leaves with a host that stops in order, and ends nobody then', async () => {
  const mark = `guardian-leaves-${process.pid}`;
  const bystander = spawn('sleep', ['35'], { detached: true, stdio: 'ignore' });
  const guardian = createGuardian(mark);
  guardian.watch(bystander.pid ?? 0);
  while (!(await isGuarded(mark))) await delay(10);
  guardian.leave();
  while (await isGuarded(mark)) await delay(10);
  expect(bystander.kill('SIGKILL')).toBe(true);
});

async function isGuarded(mark: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  return lines.some((line) => line.includes('dispatch-guardian') && line.includes(mark));
}
