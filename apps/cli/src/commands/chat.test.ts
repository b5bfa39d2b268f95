import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import {
  type FakeTurn,
  fakeHost,
  refuse,
  started,
  startTurn,
  stepId,
} from '../__fixtures__/fake-host.ts';
import { runCommand, start } from '../__fixtures__/run-command.ts';
import { until } from '../__fixtures__/until.ts';

function echo(turn: FakeTurn) {
  turn.emit(...started, { type: 'text-delta', stepId, delta: `You said: ${turn.body.message}` });
  turn.finish();
}

test('from a pipe each line is a message of one conversation', async () => {
  const { url, requests } = await fakeHost({ onTurn: echo });
  const { exitCode, stdout, stderr } = await runCommand(['chat', '-m', 'a/b'], {
    url,
    stdin: 'one\n\n  \ntwo',
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'You said: one\nYou said: two\n' });
  const bodies = requests.map((request) => JSON.parse(request.slice('POST /chat '.length)));
  expect(bodies.map(({ message, model }) => [message, model])).toEqual([
    ['one', 'a/b'],
    ['two', 'a/b'],
  ]);
  expect(bodies[1]?.conversationId).toBe(bodies[0]?.conversationId);
  expect(stderr).toBe(`conversation ${bodies[0]?.conversationId}\n`);
});

test('from a pipe the end of a turn that failed is not forgotten', async () => {
  const { url } = await fakeHost({
    onTurn(turn) {
      turn.emit(...started);
      turn.finish(turn.body.message === 'one' ? 'error' : 'stop');
    },
  });
  expect((await runCommand(['chat'], { url, stdin: 'one\ntwo\n' })).exitCode).toBe(1);
});

test('a message for a conversation that is busy joins its running turn', async () => {
  const { url } = await fakeHost({
    answers: {
      'POST /chat': (response: ServerResponse) => refuse(response, 409, 'conversation-busy'),
      'POST /conversations/mine/queue': { queueId: 'q', position: 1 },
      'GET /conversations/mine/events': (response: ServerResponse) => {
        const turn = startTurn(response, { conversationId: 'mine' });
        turn.emit(
          ...started,
          { type: 'steering', messages: [{ queueId: 'q', message: 'one' }] },
          { type: 'text-delta', stepId, delta: 'Joined.' },
        );
        turn.finish();
      },
    },
  });
  const { exitCode, stdout } = await runCommand(['chat', '-c', 'mine'], { url, stdin: 'one\n' });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Joined.\n' });
});

test('at a prompt, lines typed meanwhile steer the turn, and Ctrl-D ends', async () => {
  let running: FakeTurn | undefined;
  const { url, requests } = await fakeHost({
    onTurn(turn) {
      running = turn;
      turn.emit(...started, { type: 'text-delta', stepId, delta: 'Working' });
    },
    answers: { 'POST /conversations/mine/queue': { queueId: 'q', position: 1 } },
  });
  const chat = start(['chat', '-c', 'mine'], { url, isTerminal: true, env: { NO_COLOR: '1' } });
  await until(() => chat.stdout().includes('> '));
  chat.type('Begin\n');
  await until(() => chat.stdout().includes('Working'));
  chat.type('Faster\n');
  await until(() => chat.stdout().includes('Queued for the running turn.'));
  running?.emit({ type: 'steering', messages: [{ queueId: 'q', message: 'Faster' }] });
  running?.finish();
  await until(() => chat.stdout().lastIndexOf('> ') > chat.stdout().indexOf('↳ Faster'));
  chat.type('\u0004');
  expect(await chat.exitCode).toBe(0);
  expect(requests.some((request) => request.includes('"message":"Faster"'))).toBe(true);
});

test('what is left in the queue starts a turn, which is shown too', async () => {
  let running: FakeTurn | undefined;
  let looks = 0;
  const { url } = await fakeHost({
    onTurn(turn) {
      running = turn;
      turn.emit(...started, { type: 'text-delta', stepId, delta: 'Working' });
    },
    answers: {
      'POST /conversations/mine/queue': { queueId: 'q', position: 1 },
      'GET /conversations/mine/events': (response: ServerResponse) => {
        looks += 1;
        if (looks === 1) return response.writeHead(204).end();
        const turn = startTurn(response, { conversationId: 'mine' });
        turn.emit(...started, { type: 'text-delta', stepId, delta: 'The next turn.' });
        return turn.finish();
      },
    },
  });
  const chat = start(['chat', '-c', 'mine'], { url, isTerminal: true, env: { NO_COLOR: '1' } });
  chat.type('Begin\n');
  await until(() => chat.stdout().includes('Working'));
  chat.type('More\n');
  await until(() => chat.stdout().includes('Queued'));
  running?.finish();
  await until(() => chat.stdout().includes('The next turn.\n'));
  chat.type('\u0004');
  expect(await chat.exitCode).toBe(0);
});

test('at a prompt Ctrl-C aborts the turn, and leaves where none runs', async () => {
  let running: FakeTurn | undefined;
  const { url } = await fakeHost({
    onTurn(turn) {
      running = turn;
      turn.emit(...started, { type: 'text-delta', stepId, delta: 'Working' });
    },
    answers: { 'POST /conversations/mine/abort': { turnId: 'turn-1' } },
    onRequest(request) {
      if (request.endsWith('/abort')) running?.finish('aborted');
    },
  });
  const chat = start(['chat', '-c', 'mine'], { url, isTerminal: true, env: { NO_COLOR: '1' } });
  chat.type('Begin\n');
  await until(() => chat.stdout().includes('Working'));
  chat.type('\u0003');
  const end = 'The turn ended: aborted.\n';
  await until(() => chat.stdout().includes(end));
  await until(() => chat.stdout().lastIndexOf('> ') > chat.stdout().indexOf(end));
  chat.type('\u0003');
  expect(await chat.exitCode).toBe(130);
});

test('at a prompt an error is told, and the next line is taken', async () => {
  let asked = 0;
  const { url } = await fakeHost({
    answers: {
      'POST /chat': (response: ServerResponse) => {
        asked += 1;
        if (asked === 1) return refuse(response, 400, 'unknown-model');
        return echo(startTurn(response, { message: 'two' }));
      },
    },
  });
  const chat = start(['chat'], { url, isTerminal: true, env: { NO_COLOR: '1' } });
  chat.type('one\n');
  await until(() => chat.stderr().includes('unknown-model'));
  chat.type('two\n');
  await until(() => chat.stdout().includes('You said: two'));
  chat.type('\u0004');
  expect(await chat.exitCode).toBe(0);
});
