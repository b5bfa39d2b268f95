import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { conversation, fakeHost, started, startTurn, stepId } from '../__fixtures__/fake-host.ts';
import { runCommand } from '../__fixtures__/run-command.ts';

const alpha = conversation({ conversationId: 'alpha', title: 'First', model: 'a/b' });
const alps = conversation({ conversationId: 'alps', lastSeq: 9 });
const beta = conversation({ conversationId: 'beta', status: 'running' });

test('ls lists, as a table and as JSON', async () => {
  const { url, requests } = await fakeHost({ conversations: [alpha, beta] });
  const table = await runCommand(['ls', '-n', '5'], { url });
  expect(table.stdout).toBe(
    'alpha  idle     2026-11-21 10:04:31  2  a/b  First\nbeta   running  2026-11-21 10:04:31  2  -\n',
  );
  expect(requests).toEqual(['GET /conversations?limit=5']);
  const lines = (await runCommand(['ls', '--json'], { url })).stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([alpha, beta]);
});

test('ids are prefixes: a whole one wins, several are told, none is said', async () => {
  const al = conversation({ conversationId: 'al' });
  const { url } = await fakeHost({
    conversations: [alpha, alps, al],
    answers: Object.fromEntries(
      ['al', 'alpha'].map((id) => [`POST /conversations/${id}/abort`, { turnId: 't' }]),
    ),
  });
  const abort = async (id: string) => runCommand(['abort', id], { url });
  expect(await abort('alph')).toMatchObject({ exitCode: 0, stdout: 'Aborting turn t of alpha.\n' });
  expect(await abort('al')).toMatchObject({ exitCode: 0, stdout: 'Aborting turn t of al.\n' });
  const ambiguous = await abort('a');
  expect(ambiguous.exitCode).toBe(1);
  expect(ambiguous.stderr).toMatch(
    /^dispatch: "a" is the beginning of 3 ids:\n {2}alpha .*\n {2}alps .*\n {2}al /,
  );
  expect((await abort('z')).stderr).toContain('no conversation whose id begins with "z"');
  expect((await abort('../x')).stderr).toContain('no conversation whose id begins with');
});

test('no id is needed where one conversation runs, and only there', async () => {
  const answers = { 'POST /conversations/beta/abort': { turnId: 't' } };
  const one = await fakeHost({ conversations: [alpha, beta], answers });
  expect(await runCommand(['abort', '--json'], { url: one.url })).toMatchObject({
    exitCode: 0,
    stdout: '{"conversationId":"beta","turnId":"t"}\n',
  });
  const none = await fakeHost({ conversations: [alpha] });
  expect((await runCommand(['abort'], { url: none.url })).stderr).toContain(
    'No conversation is running.',
  );
  const two = await fakeHost({ conversations: [{ ...alpha, status: 'waiting' }, beta] });
  const { exitCode, stderr } = await runCommand(['tail'], { url: two.url });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /2 conversations are running; name one by its id:\n {2}alpha .*\n {2}beta /,
  );
});

test('tail follows the running turn to its end', async () => {
  const { url } = await fakeHost({
    conversations: [beta],
    answers: {
      'GET /conversations/beta/events': (response: ServerResponse) => {
        const turn = startTurn(response, { conversationId: 'beta' });
        turn.emit(...started, { type: 'text-delta', stepId, delta: 'Hello.' });
        turn.finish();
      },
    },
  });
  expect(await runCommand(['tail'], { url })).toEqual({
    exitCode: 0,
    stdout: 'Hello.\n',
    stderr: '',
  });
});

test('tail says so where nothing runs', async () => {
  const { url } = await fakeHost({
    conversations: [alpha],
    answers: { 'GET /conversations/alpha/events': 204 },
  });
  expect(await runCommand(['tail', 'alpha'], { url })).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'No turn is running.\n',
  });
});

test('show prints what was said, as words and as chunks', async () => {
  const chunks = [
    { type: 'text', text: 'Look\nhere' },
    { type: 'reasoning', stepId, text: 'Hm.' },
    { type: 'tool-call', stepId, callId: 'a', name: 'shell', input: { command: 'ls' } },
    {
      type: 'tool-result',
      stepId,
      callId: 'a',
      name: 'shell',
      content: [
        { type: 'json', value: 1 },
        { type: 'image', mediaType: 'image/png', data: '' },
      ],
      isError: true,
    },
    { type: 'attachment', mediaType: 'image/png', attachmentId: 'x', name: 'a.png' },
    { type: 'text', stepId, text: 'Done.' },
    { type: 'error', code: 'internal', message: 'Oh' },
  ].map((chunk, index) => ({
    seq: index + 1,
    turnId: 't',
    role: index === 0 ? 'user' : 'assistant',
    createdAt: '2026-11-21T10:00:00.000Z',
    chunk,
  }));
  const { url } = await fakeHost({
    conversations: [alpha],
    answers: {
      'GET /conversations/alpha/messages': {
        chunks,
        lastSeq: 7,
        activeTurn: { turnId: 't', cursor: 't:1' },
      },
    },
  });
  const shown = await runCommand(['show', 'alpha'], { url });
  expect(shown.stdout.split('\n')).toEqual([
    '',
    '> Look',
    '> here',
    '',
    'Hm.',
    '→ shell {"command":"ls"}',
    '✗ shell 1 [image/png]',
    '[a.png]',
    'Done.',
    'Oh (internal)',
    '',
  ]);
  expect(shown.stderr).toContain('`dispatch tail alpha` follows it');
  const json = (await runCommand(['show', 'alpha', '--json'], { url })).stdout;
  expect(
    json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(chunks);
});

test('status tells of the host and what runs, or of one conversation', async () => {
  const turn = {
    turnId: 't',
    model: 'a/b',
    finishReason: null,
    usage: { inputTokens: 5, outputTokens: 7 },
    durationMs: null,
    contextSize: 12,
    steps: [{}, {}],
  };
  const { url } = await fakeHost({
    conversations: [alpha, beta],
    answers: {
      'GET /ready': { status: 'ready' },
      'GET /models': { models: [{ id: 'a/b', provider: 'a' }], default: 'a/b' },
      'GET /conversations/beta/metrics': { turns: [turn] },
      'GET /conversations/beta/queue': { messages: [{}, {}] },
    },
  });
  const host = (await runCommand(['status'], { url })).stdout;
  expect(host).toContain(`host           ${url} ready\n`);
  expect(host).toContain('conversations  2, 1 running\n');
  expect(host).toContain('conversation  beta\n');
  const one = (await runCommand(['status', 'beta'], { url })).stdout;
  expect(one).toContain('last turn     running, a/b, 2 steps committed\n');
  expect(one).toContain('tokens        5 in, 7 out\n');
  const json = JSON.parse((await runCommand(['status', 'beta', '--json'], { url })).stdout);
  expect(json).toEqual({ ...beta, queued: 2, lastTurn: turn });
});

test('queue queues, lists and takes back', async () => {
  const waiting = [
    { queueId: 'q1', message: 'Stop\nit', createdAt: '2026-11-21T10:00:00.000Z' },
    {
      queueId: 'q2',
      message: [{ type: 'text', text: 'b' }],
      createdAt: '2026-11-21T10:00:01.000Z',
    },
  ];
  const { url, requests } = await fakeHost({
    conversations: [alpha, beta],
    answers: {
      'GET /conversations/beta/queue': { messages: waiting },
      'POST /conversations/beta/queue': { queueId: 'q3', position: 3 },
      'DELETE /conversations/beta/queue/q1': 204,
    },
  });
  expect((await runCommand(['queue'], { url })).stdout).toBe(
    'q1  2026-11-21 10:00:00  Stop it\nq2  2026-11-21 10:00:01  b\n',
  );
  const queued = 'Queued q3, number 3 in beta.\n';
  expect((await runCommand(['queue', 'be', 'Be', 'quick'], { url })).stdout).toBe(queued);
  expect((await runCommand(['queue', '-m', '-'], { url, stdin: 'From a pipe\n' })).stdout).toBe(
    queued,
  );
  const bodies = requests.filter((request) => request.startsWith('POST'));
  expect(bodies[0]).toContain('"message":"Be quick"');
  expect(bodies[1]).toContain('"message":"From a pipe"');
  expect((await runCommand(['queue', '--remove', 'q1'], { url })).stdout).toBe('Took q1 back.\n');
  const stranger = await runCommand(['queue', 'Be quick'], { url });
  expect(stranger.stderr).toContain('dispatch queue -m <text>');
});
