import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { canFindMarks, findProcesses } from './processes.ts';

/** A host of two commands, one of which leaves its group. Prints `ready` and the mark's beginning. */
const host = `
import { createShell } from './shell.ts';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const { tool } = createShell({
  environment: { PATH: '/usr/bin:/bin' },
  shell: '/bin/sh',
  logger: { warn() {} },
  runtime: { sleep, now: () => performance.now(), newAbortController: () => new AbortController(), randomHex: () => process.argv[1] },
});
const output = (stream, text) => process.stdout.write(text);
const { signal } = new AbortController();
for (const command of ['sleep 34.5 & echo up; sleep 34.5', 'setsid sleep 34.6 & echo up; sleep 34.6'])
  void tool.prepare({ command }).run({ signal, output, callId: 'a', cwd: '/' });
`;

it.runIf(canFindMarks)('ends the commands of a host that was killed', async () => {
  const mark = 'guardian-test';
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
