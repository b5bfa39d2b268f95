import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  conversation,
  type FakeTurn,
  fakeHost,
  refuse,
  started,
  stepId,
} from '../__fixtures__/fake-host.ts';
import { runCommand, start } from '../__fixtures__/run-command.ts';
import { until } from '../__fixtures__/until.ts';

function bodyOf(requests: readonly string[]) {
  const chat = requests.find((request) => request.startsWith('POST /chat ')) ?? '';
  return JSON.parse(chat.slice('POST /chat '.length));
}

test('text goes to standard output and all else beside it', async () => {
  const { url, requests } = await fakeHost({
    onTurn(turn) {
      turn.emit(
        ...started,
        { type: 'text-delta', stepId, delta: 'Let me ' },
        { type: 'text-delta', stepId, delta: 'look.' },
        { type: 'tool-call', stepId, callId: 'a', name: 'shell', input: { command: 'ls' } },
        { type: 'tool-output', stepId, callId: 'a', stream: 'stdout', delta: 'x' },
        {
          type: 'tool-result',
          stepId,
          callId: 'a',
          name: 'shell',
          content: [{ type: 'text', text: 'README.md\nsrc' }],
          isError: false,
          durationMs: 12,
        },
        { type: 'step-complete', stepId, finishReason: 'tool-calls', committedSeq: 5 },
        { type: 'steering', messages: [{ queueId: 'q', message: 'Faster' }] },
        { type: 'step-start', stepId: 'turn-1#1', index: 1 },
        { type: 'text-delta', stepId: 'turn-1#1', delta: 'Done.\n' },
      );
      turn.finish();
    },
  });
  const { exitCode, stdout, stderr } = await runCommand(['send', 'What', 'is', 'here?'], { url });
  expect(exitCode).toBe(0);
  expect(stdout).toBe('Let me look.\nDone.\n');
  expect(stderr).toMatch(
    /^conversation [0-9a-f]{32}\n→ shell {"command":"ls"}\n✓ shell 12ms README.md src\n↳ Faster\n$/,
  );
  expect(bodyOf(requests)).toMatchObject({ message: 'What is here?' });
});

test('the options become the settings of the turn', async () => {
  const { url, requests } = await fakeHost();
  const args = ['-c', 'mine', '-m', 'a/b', '--system', 'Be brief.', '--cwd', 'src'];
  const { exitCode } = await runCommand(
    ['--url', url, 'send', '-', ...args, '--mode', 'read-only', '--max-steps', '3'],
    { stdin: 'From\na pipe\n', cwd: '/srv' },
  );
  expect(exitCode).toBe(0);
  expect(bodyOf(requests)).toEqual({
    conversationId: 'mine',
    idempotencyKey: expect.any(String),
    message: 'From\na pipe',
    model: 'a/b',
    system: 'Be brief.',
    cwd: '/srv/src',
    mode: 'read-only',
    maxSteps: 3,
  });
});

test('a prefix goes on with the conversation that it names', async () => {
  const { url, requests } = await fakeHost({
    conversations: [
      conversation({ conversationId: 'alpha' }),
      conversation({ conversationId: 'beta' }),
    ],
  });
  await runCommand(['send', 'Hi', '--conversation', 'al'], { url });
  expect(bodyOf(requests).conversationId).toBe('alpha');
});

test('--json prints the events, and they alone', async () => {
  const { url } = await fakeHost();
  const { stdout, stderr, exitCode } = await runCommand(['send', 'Hi', '--json'], { url });
  const types = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect(types).toEqual(['turn-start', 'step-start', 'text-delta', 'done', 'turn-sealed']);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
});

test('any other end than stop is 1, with the reason', async () => {
  const { url } = await fakeHost({
    onTurn(turn) {
      const error = { code: 'provider-error', message: 'Status 500: no', retryable: true };
      turn.emit(
        ...started,
        { type: 'provider-retry', stepId, attempt: 1, delayMs: 5000, error },
        { type: 'error', stepId, error },
      );
      turn.finish('error');
    },
  });
  const { exitCode, stderr, stdout } = await runCommand(['send', 'Hi'], { url });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('Asking again in 5.0s (attempt 2).');
  expect(stderr).toContain('Status 500: no (provider-error)\nThe turn ended: error.');
});

test('a busy conversation is a refusal that names the way', async () => {
  const { url } = await fakeHost({
    answers: {
      'POST /chat': (response: ServerResponse) => refuse(response, 409, 'conversation-busy'),
    },
  });
  const { exitCode, stderr } = await runCommand(['send', 'Hi', '-c', 'a'], { url });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('dispatch queue');
});

/** A host whose turn goes on until it is aborted. */
function endless(answersAbort = true) {
  let running: FakeTurn | undefined;
  return {
    answers: { 'POST /conversations/mine/abort': { turnId: 'turn-1' } },
    onTurn(turn: FakeTurn) {
      running = turn;
      turn.emit(...started, { type: 'text-delta', stepId, delta: 'and so on' });
    },
    onRequest(request: string) {
      if (request.endsWith('/abort') && answersAbort) running?.finish('aborted');
    },
  };
}

test('--timeout aborts the turn and ends with 124', async () => {
  const { url, requests } = await fakeHost(endless());
  const command = await runCommand(['send', 'Hi', '-c', 'mine', '--timeout', '100ms'], { url });
  expect(command.exitCode).toBe(124);
  expect(command.stdout).toBe('and so on\n');
  expect(command.stderr).toContain('No end after 100ms: aborting.');
  expect(requests).toContain('POST /conversations/mine/abort');
});

test('--timeout holds for a host that does not even answer', async () => {
  const { url } = await fakeHost({ answers: { 'POST /chat': () => {} } });
  const { exitCode } = await runCommand(['send', 'Hi', '--timeout', '50ms'], { url });
  expect(exitCode).toBe(124);
});

test('Ctrl-C aborts the turn; a second one leaves', async () => {
  const patient = await fakeHost(endless());
  const first = start(['send', 'Hi', '-c', 'mine'], { url: patient.url });
  await until(() => first.stdout().includes('and so on'));
  first.interrupt();
  expect(await first.exitCode).toBe(1);
  expect(first.stderr()).toContain('The turn ended: aborted.');

  const deaf = await fakeHost(endless(false));
  const second = start(['send', 'Hi', '-c', 'mine'], { url: deaf.url });
  await until(() => second.stdout().includes('and so on'));
  second.interrupt();
  await until(() => deaf.requests.includes('POST /conversations/mine/abort'));
  second.interrupt();
  expect(await second.exitCode).toBe(130);
});

test('what a lost stream can not tell any more is read from history', async () => {
  const text = 'The whole answer.';
  const chunk = { type: 'text', text, stepId };
  const { url } = await fakeHost({
    answers: {
      'POST /chat': (response: ServerResponse) => {
        response.writeHead(200, { 'x-conversation-id': 'c', 'x-turn-id': 'turn-1' });
        const envelope = { conversationId: 'c', turnId: 'turn-1' };
        const delta = { type: 'text-delta', stepId, delta: 'The whole ' };
        for (const [n, event] of [...started, delta].entries()) {
          response.write(`${JSON.stringify({ ...event, ...envelope, n })}\n`);
        }
        response.end();
      },
      'GET /conversations/c/events': 204,
      'GET /conversations/c/messages': {
        chunks: [{ seq: 2, turnId: 'turn-1', role: 'assistant', createdAt: '', chunk }],
        lastSeq: 2,
        activeTurn: null,
      },
      'GET /conversations/c/metrics': { turns: [{ turnId: 'turn-1', finishReason: 'stop' }] },
    },
  });
  const { exitCode, stdout } = await runCommand(['send', 'Hi'], { url });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${text}\n` });
});

test('a terminal is shown no control characters that the model says', async () => {
  const { url } = await fakeHost({
    onTurn(turn) {
      turn.emit(...started, { type: 'text-delta', stepId, delta: 'a\u001b]0;evil\u0007b\n' });
      turn.finish();
    },
  });
  const shown = await runCommand(['send', 'Hi'], { url, isTerminal: true, env: { NO_COLOR: '1' } });
  expect(shown.stdout).toContain('a]0;evilb\n');
  const piped = await runCommand(['send', 'Hi'], { url });
  expect(piped.stdout).toBe('a\u001b]0;evil\u0007b\n');
});

test('files go with the message, and nothing is sent where one can not be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-send-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'cat.PNG'), 'a picture');
  writeFileSync(join(folder, 'notes'), 'some notes');
  const kept = { attachmentId: 'a', mediaType: 'image/png', size: 9 };
  const { url, requests } = await fakeHost({ answers: { 'POST /attachments': kept } });
  const args = ['send', 'look', '--attach', 'cat.PNG', '-a', join(folder, 'notes')];
  const { exitCode } = await runCommand(args, { url, cwd: folder });
  expect(exitCode).toBe(0);
  expect(requests.slice(0, 2)).toEqual([
    'POST /attachments?name=cat.PNG a picture',
    'POST /attachments?name=notes some notes',
  ]);
  const attachment = { type: 'attachment', attachmentId: 'a' };
  expect(bodyOf(requests).message).toEqual([
    { type: 'text', text: 'look' },
    attachment,
    attachment,
  ]);

  writeFileSync(join(folder, 'large'), Buffer.alloc(20 * 1024 * 1024 + 1));
  for (const [file, reason] of [
    ['gone', 'ENOENT'],
    ['.', 'EISDIR'],
    ['large', 'larger than 20 MiB'],
  ] as const) {
    const before = requests.length;
    const refused = await runCommand(['send', 'x', '-a', 'cat.PNG', '-a', file], {
      url,
      cwd: folder,
    });
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(reason) });
    expect(requests).toHaveLength(before);
  }
});
