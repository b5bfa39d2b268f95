import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { request } from './http.ts';

const cli = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));
const data = temporaryDataDir();
const started: ChildProcess[] = [];
let host: HostProcess;

beforeAll(async () => {
  host = await startHost({ dataDir: data.dataDir });
});

afterAll(async () => {
  // One that follows a host that is gone looks for it for ever.
  for (const child of started) child.kill('SIGKILL');
  await host.stop();
  data.remove();
});

/** The real program, in a process of its own, with pipes and no terminal. */
function dispatch(...args: readonly string[]) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DISPATCH_URL: host.url };
  const child = spawn(process.execPath, [cli, ...args], { env });
  started.push(child);
  let stdout = '';
  let stderr = '';
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  /** Resolves with the id that the program says how to answer by. */
  const asked = new Promise<string>((resolve) => {
    waiting.push(() => {
      const id = /dispatch approvals (?:allow|answer) (\S+)/.exec(stderr)?.[1];
      if (id !== undefined) resolve(id);
    });
  });
  return { asked, ended };
}

const send = (conversationId: string, ...steps: readonly object[]) =>
  dispatch('send', JSON.stringify(steps), '-c', conversationId, '--cwd', data.dataDir);

const touch = (name: string) => [
  { text: 'Let me. ' },
  { tool: 'shell', input: { command: `touch ${name}` } },
  { next: true },
  { text: 'Done.' },
];

test('a call waits until a person allows it by a command, and then runs', async () => {
  const turn = send('allowed', ...touch('allowed'));
  const id = await turn.asked;
  expect(existsSync(join(data.dataDir, 'allowed'))).toBe(false);
  const listed = await dispatch('approvals', 'list', 'allowed', '--json').ended;
  expect(JSON.parse(listed.stdout)).toMatchObject({
    approvalId: id,
    name: 'shell',
    input: { command: 'touch allowed' },
  });
  const answered = await dispatch('approvals', 'allow', id).ended;
  expect(answered).toMatchObject({ code: 0, stdout: `Answered ${id}: allow.\n` });
  const { code, stdout, stderr } = await turn.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Let me. \nDone.\n' });
  expect(stderr).toContain('It was allowed, by a person.');
  expect(existsSync(join(data.dataDir, 'allowed'))).toBe(true);
  const late = await dispatch('approvals', 'deny', id).ended;
  expect(late.code).toBe(1);
  expect(late.stderr).toContain('(already-resolved)');
});

test('what is denied does not run, and the model is told the reason', async () => {
  const turn = send('denied', ...touch('denied'));
  await dispatch('approvals', 'deny', await turn.asked, 'Not', 'on', 'a', 'Friday.').ended;
  const { code } = await turn.ended;
  expect(code).toBe(0);
  expect(existsSync(join(data.dataDir, 'denied'))).toBe(false);
  const { body } = await request(`${host.url}/conversations/denied/messages`, 'GET');
  const chunks = body.chunks as { chunk: { type: string; isError?: boolean } }[];
  const result = chunks.find(({ chunk }) => chunk.type === 'tool-result');
  expect(result?.chunk.isError).toBe(true);
  expect(JSON.stringify(result)).toContain('Not on a Friday.');
});

test('a question outlives its host, and its answers are the result of the call', async () => {
  const questions = [{ question: 'Which colour?', options: ['red', 'blue'] }, { question: 'Why?' }];
  const turn = send(
    'asked',
    { tool: 'ask_user', input: { questions } },
    { next: true },
    { text: 'Thanks.' },
  );
  const id = await turn.asked;
  await host.stop();
  host = await startHost({ dataDir: data.dataDir });
  const answered = await dispatch('approvals', 'answer', id, '2', 'It is the sea.').ended;
  expect(answered.code).toBe(0);
  const tail = await dispatch('tail', 'asked').ended;
  expect(tail.code).toBe(0);
  const { body } = await request(`${host.url}/conversations/asked/messages`, 'GET');
  const chunks = body.chunks as { chunk: { type: string; isError?: boolean } }[];
  const result = chunks.find(({ chunk }) => chunk.type === 'tool-result');
  expect(result?.chunk.isError).toBe(false);
  expect(JSON.stringify(result)).toContain('blue');
  expect(JSON.stringify(result)).toContain('It is the sea.');
  expect(JSON.stringify(chunks.at(-1))).toContain('Thanks.');
});

test('`always` adds the rule that was shown, and the like is asked no more', async () => {
  const turn = send('always', ...touch('always'));
  await dispatch('approvals', 'always', await turn.asked).ended;
  expect((await turn.ended).code).toBe(0);
  const again = await send('always-again', ...touch('always')).ended;
  expect(again).toMatchObject({ code: 0, stdout: 'Let me. \nDone.\n' });
  expect(again.stderr).not.toContain('waits for your consent');
});

test('a list of what is to be done is written without asking', async () => {
  const todos = [{ content: 'Test', status: 'pending' }];
  const { code, stderr } = await send('listed', { tool: 'todo_write', input: { todos } }).ended;
  expect(code).toBe(0);
  expect(stderr).toContain('✓ todo_write');
});
