import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { consentOf, questionOf } from '../__fixtures__/approvals.ts';
import { conversation, fakeHost, refuse } from '../__fixtures__/fake-host.ts';
import { runCommand } from '../__fixtures__/run-command.ts';

const consent = { ...consentOf('consent-1'), conversationId: 'one', turnId: 't', n: 3 };
const question = { ...questionOf('question-1'), conversationId: 'two', turnId: 't', n: 3 };

/** A host on which one conversation waits for consent and another for answers. */
function waitingHost(answers: Readonly<Record<string, unknown>> = {}) {
  return fakeHost({
    conversations: [
      conversation({ conversationId: 'one', status: 'waiting' }),
      conversation({ conversationId: 'two', status: 'waiting' }),
      conversation({ conversationId: 'idle' }),
    ],
    answers: {
      'GET /conversations/one/approvals': { approvals: [consent] },
      'GET /conversations/two/approvals': { approvals: [question] },
      'POST /approvals/consent-1': 204,
      'POST /approvals/question-1': 204,
      ...answers,
    },
  });
}

const posts = (requests: readonly string[]) =>
  requests.filter((request) => request.startsWith('POST '));

test('what waits is listed in full, with the commands that answer it', async () => {
  const { url, requests } = await waitingHost();
  const { exitCode, stdout } = await runCommand(['approvals'], { url });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('? shell waits for your consent: It is not pure.');
  expect(stdout).toContain('"command": "npm test\\n rm -rf x"');
  expect(stdout).toContain('always: from now on {"decision":"allow","tool":"shell"}');
  expect(stdout).toContain('dispatch approvals allow consent-1 (or always, deny)');
  expect(stdout).toContain('2. blue');
  expect(stdout).toContain('dispatch approvals answer question-1 <answer> …');
  expect(requests.some((request) => request.includes('/idle/'))).toBe(false);
});

test('--json prints the events, of one conversation where it is named', async () => {
  const { url } = await waitingHost();
  const { stdout } = await runCommand(['approvals', 'list', 'tw', '--json'], { url });
  expect(JSON.parse(stdout)).toEqual(question);
  const all = await runCommand(['approvals', 'list', '--json'], { url });
  expect(all.stdout.trimEnd().split('\n')).toHaveLength(2);
});

test.each([
  [['allow', 'consent-1'], 'consent-1 {"decision":"allow"}'],
  [['allow', 'con'], 'consent-1 {"decision":"allow"}'],
  [['always', 'consent-1'], 'consent-1 {"decision":"always"}'],
  [['deny', 'consent-1'], 'consent-1 {"decision":"deny"}'],
  [['deny', 'consent-1', 'Not', 'now'], 'consent-1 {"decision":"deny","reason":"Not now"}'],
  [
    ['answer', 'question-1', '2,1', 'It is so.'],
    'question-1 {"decision":"allow","answers":[["blue","red"],"It is so."]}',
  ],
])('%j answers', async (args, posted) => {
  const { url, requests } = await waitingHost();
  const { exitCode, stderr } = await runCommand(['approvals', ...args], { url });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(posts(requests)).toEqual([`POST /approvals/${posted}`]);
});

test.each([
  [['allow'], 'Something is missing.'],
  [['alow', 'x'], 'Did you mean `dispatch approvals allow`?'],
  [['allow', 'question-1'], 'It is a question: it takes an answer.'],
  [['answer', 'question-1', '1'], 'It asks 2 questions: give one answer each'],
  [['answer', 'question-1', '3', 'x'], 'Answer 1: Answer with numbers from 1 to 2'],
])('%j is a wrong use', async (args, words) => {
  const { url, requests } = await waitingHost();
  const { exitCode, stderr } = await runCommand(['approvals', ...args], { url });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
  expect(posts(requests)).toEqual([]);
});

test('who comes late is told so', async () => {
  const { url } = await waitingHost({
    'POST /approvals/gone': (response: ServerResponse) => refuse(response, 409, 'already-resolved'),
  });
  const { exitCode, stderr } = await runCommand(['approvals', 'allow', 'gone'], { url });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('(already-resolved)\n  The first answer counts.');
});

test('--json says what was answered', async () => {
  const { url } = await waitingHost();
  const { stdout } = await runCommand(['approvals', 'deny', 'consent-1', '--json'], { url });
  expect(JSON.parse(stdout)).toEqual({ approvalId: 'consent-1', decision: 'deny' });
});
