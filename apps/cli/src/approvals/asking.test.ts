import type { ServerResponse } from 'node:http';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { consentOf, questionOf } from '../__fixtures__/approvals.ts';
import {
  type BareEvent,
  conversation,
  type FakeTurn,
  fakeHost,
  refuse,
  started,
  startTurn,
  stepId,
} from '../__fixtures__/fake-host.ts';
import { type RunningCommand, runCommand, start } from '../__fixtures__/run-command.ts';
import { until } from '../__fixtures__/until.ts';

const env = { NO_COLOR: '1' };
/** What was written, without what moves the cursor. */
const written = (command: RunningCommand) => stripVTControlCharacters(command.stdout());

/** A chat in which a turn has just asked for these. */
async function startAsking(
  requests: readonly BareEvent[],
  options: {
    readonly args?: readonly string[];
    readonly answers?: Readonly<Record<string, unknown>>;
  } = {},
) {
  let turn: FakeTurn | undefined;
  const host = await fakeHost({
    onTurn(running) {
      turn = running;
      running.emit(...started, ...requests);
    },
    answers: { 'POST /approvals/p': 204, 'POST /approvals/q': 204, ...options.answers },
  });
  const args = options.args ?? ['chat', '-c', 'mine'];
  const chat = start(args, { url: host.url, isTerminal: true, env });
  if (args[0] === 'chat') chat.type('Begin\n');
  await until(() => written(chat).endsWith('? '));
  const resolved = (
    approvalId: string,
    decision: 'allow' | 'deny',
    by: 'person' | 'timeout' = 'person',
  ) => turn?.emit({ type: 'approval-resolved', approvalId, decision, by });
  const posted = () => host.requests.filter((request) => request.startsWith('POST /approvals'));
  const finish = () => {
    turn?.emit({ type: 'text-delta', stepId, delta: 'Done.' });
    turn?.finish();
  };
  /** Ends the turn and the chat. */
  const end = async () => {
    finish();
    await until(() => chat.stdout().lastIndexOf('> ') > chat.stdout().indexOf('Done.'));
    chat.type('\u0004');
    return chat.exitCode;
  };
  const emit = (...events: readonly BareEvent[]) => turn?.emit(...events);
  return { chat, emit, resolved, posted, finish, end };
}

test('what a call needs consent for is shown whole, and answered at the prompt', async () => {
  const { chat, resolved, posted, end } = await startAsking([consentOf('p')]);
  const screen = chat.stdout();
  expect(screen).toContain('? shell waits for your consent: It is not pure.');
  expect(screen).toContain('"command": "npm test\\n rm -rf x"');
  expect(screen).toContain('always: from now on {"decision":"allow","tool":"shell"}');
  expect(screen).toContain('y/n/always ? ');
  expect(screen).not.toContain('dispatch approvals allow');
  chat.type('maybe\n');
  await until(() => chat.stdout().includes('Answer y, always, or n and a reason'));
  chat.type('y\n');
  await until(() => posted().length === 1);
  resolved('p', 'allow');
  await until(() => chat.stdout().includes('It was allowed, by a person.'));
  expect(posted()).toEqual(['POST /approvals/p {"decision":"allow"}']);
  expect(await end()).toBe(0);
});

test.each([
  ['always', '{"decision":"always"}'],
  ['n Not on a Friday', '{"decision":"deny","reason":"Not on a Friday"}'],
])('%s is an answer too', async (line, body) => {
  const { chat, posted, resolved, end } = await startAsking([consentOf('p')]);
  chat.type(`${line}\n`);
  await until(() => posted().length === 1);
  expect(posted()).toEqual([`POST /approvals/p ${body}`]);
  resolved('p', 'allow');
  expect(await end()).toBe(0);
});

test('questions are answered one by one, by number or in words', async () => {
  const { chat, posted, resolved, end } = await startAsking([questionOf('q')]);
  expect(chat.stdout()).toContain('Which colours?');
  expect(chat.stdout()).toContain('    2. blue');
  expect(chat.stdout()).toContain('1-2 ? ');
  chat.type('green\n');
  await until(() => chat.stdout().includes('numbers from 1 to 2'));
  chat.type('1 2\n');
  await until(() => written(chat).endsWith('answer ? '));
  expect(chat.stdout()).toContain('Question 2 of 2:');
  chat.type('y\n');
  await until(() => posted().length === 1);
  expect(posted()).toEqual([
    'POST /approvals/q {"decision":"allow","answers":[["red","blue"],"y"]}',
  ]);
  resolved('q', 'allow');
  expect(await end()).toBe(0);
});

test('a question can be declined', async () => {
  const { chat, posted, resolved, end } = await startAsking([questionOf('q')]);
  chat.type('/no You know that.\n');
  await until(() => posted().length === 1);
  expect(posted()).toEqual(['POST /approvals/q {"decision":"deny","reason":"You know that."}']);
  resolved('q', 'deny');
  expect(await end()).toBe(0);
});

test('answered elsewhere meanwhile, the prompt goes away and it is said who decided', async () => {
  const { chat, resolved, posted, end } = await startAsking([consentOf('p'), questionOf('q')]);
  resolved('p', 'deny', 'timeout');
  await until(() => written(chat).endsWith('1-2 ? '));
  const [, after = ''] = chat.stdout().split('It was denied, by the clock.');
  expect(after).toContain('Which colours?');
  resolved('q', 'allow');
  await until(() => chat.stdout().includes('It was answered, by a person.'));
  expect(posted()).toEqual([]);
  expect(await end()).toBe(0);
});

test('an answer that came late is told, and the next thing is asked', async () => {
  const { chat, end } = await startAsking([consentOf('p'), questionOf('q')], {
    answers: {
      'POST /approvals/p': (response: ServerResponse) => refuse(response, 409, 'already-resolved'),
    },
  });
  chat.type('y\n');
  await until(() => written(chat).endsWith('1-2 ? '));
  expect(chat.stderr()).toContain('(already-resolved)');
  expect(await end()).toBe(0);
});

test('an answer that did not arrive is asked for again', async () => {
  let tries = 0;
  const { chat, posted, resolved, end } = await startAsking([consentOf('p')], {
    answers: {
      'POST /approvals/p': (response: ServerResponse) => {
        tries += 1;
        if (tries === 1) refuse(response, 503, 'store-unavailable');
        else response.writeHead(204).end();
      },
    },
  });
  chat.type('y\n');
  await until(() => chat.stderr().includes('store-unavailable'));
  chat.type('y\n');
  await until(() => posted().length === 2);
  resolved('p', 'allow');
  expect(await end()).toBe(0);
});

test('who leaves is told how to answer later, and the turn goes on waiting', async () => {
  const { chat } = await startAsking([consentOf('p')]);
  chat.type('\u0004');
  expect(await chat.exitCode).toBe(0);
  expect(chat.stdout()).toContain('`dispatch approvals list` says for what.');
});

test('a chat with a conversation that waits begins with what it waits for', async () => {
  let turn: FakeTurn | undefined;
  const { url, requests } = await fakeHost({
    conversations: [conversation({ conversationId: 'mine', status: 'waiting' })],
    answers: {
      'GET /conversations/mine/events': (response: ServerResponse) => {
        turn = startTurn(response, { conversationId: 'mine' });
        turn.emit(...started, consentOf('p'));
      },
      'POST /approvals/p': 204,
    },
  });
  const chat = start(['chat', '-c', 'mine'], { url, isTerminal: true, env });
  await until(() => written(chat).endsWith('y/n/always ? '));
  chat.type('y\n');
  await until(() => requests.includes('POST /approvals/p {"decision":"allow"}'));
  turn?.emit({ type: 'approval-resolved', approvalId: 'p', decision: 'allow', by: 'person' });
  turn?.finish();
  await until(() => written(chat).endsWith('\n> '));
  chat.type('\u0004');
  expect(await chat.exitCode).toBe(0);
});

test('send asks at a terminal too', async () => {
  const { chat, posted, resolved, finish } = await startAsking([consentOf('p')], {
    args: ['send', 'Begin', '-c', 'mine'],
  });
  chat.type('y\n');
  await until(() => posted().length === 1);
  resolved('p', 'allow');
  finish();
  expect(await chat.exitCode).toBe(0);
});

test('a turn that is taken up again shows what it says again once', async () => {
  const { chat, emit, resolved, posted, finish } = await startAsking([
    { type: 'text-delta', stepId, delta: 'Let me look. ' },
    { type: 'tool-call', stepId, callId: 'a', name: 'shell', input: {} },
    consentOf('p'),
  ]);
  chat.type('y\n');
  await until(() => posted().length === 1);
  emit(
    { type: 'step-reset', stepId, reason: 'A person answered.' },
    { type: 'step-start', stepId, index: 0 },
    { type: 'text-delta', stepId, delta: 'Let me look. ' },
    { type: 'tool-call', stepId, callId: 'a', name: 'shell', input: {} },
  );
  resolved('p', 'allow');
  finish();
  await until(() => written(chat).endsWith('Done.\n> '));
  expect(chat.stdout().split('Let me look.')).toHaveLength(2);
  expect(chat.stdout().split('→ shell')).toHaveLength(2);
  expect(chat.stdout()).not.toContain('begins again');
  chat.type('\u0004');
  expect(await chat.exitCode).toBe(0);
});

test('without a terminal it is said how to answer', async () => {
  const { url } = await fakeHost({
    onTurn(turn) {
      turn.emit(...started, consentOf('p'));
      turn.emit({ type: 'approval-resolved', approvalId: 'p', decision: 'expired', by: 'timeout' });
      turn.finish();
    },
  });
  const { stderr, exitCode } = await runCommand(['send', 'Hi'], { url });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('"command": "npm test\\n rm -rf x"');
  expect(stderr).toContain('dispatch approvals allow p (or always, deny)\n');
  expect(stderr).toContain('It was not answered in time, so denied, by the clock.');
});
