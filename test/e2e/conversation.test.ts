import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, type SeenEvent, stream, text, types } from './http.ts';

const data = temporaryDataDir();
let host: HostProcess;

beforeAll(async () => {
  host = await startHost({ dataDir: data.dataDir, args: ['--approvals', 'auto'] });
});

afterAll(async () => {
  await host.stop();
  data.remove();
});

const script = (...steps: object[]) => JSON.stringify(steps);

test('a message is echoed, kept and counted', async () => {
  const turn = await chat(host.url, { conversationId: 'echo', message: 'Grüße 😀' });
  expect(turn).toMatchObject({ status: 200, conversationId: 'echo' });
  const events = await turn.rest();
  expect(types(events)).toEqual([
    'turn-start',
    'step-start',
    'text-delta',
    'usage',
    'step-complete',
    'done',
    'turn-sealed',
  ]);
  events.forEach((event, index) => {
    expect(event).toMatchObject({ n: index, conversationId: 'echo', turnId: turn.turnId });
  });
  expect(text(events)).toBe('You said: Grüße 😀');
  const { body } = await request(`${host.url}/conversations/echo/messages`, 'GET');
  expect(body).toMatchObject({
    lastSeq: 2,
    activeTurn: null,
    chunks: [
      { seq: 1, role: 'user', chunk: { type: 'text', text: 'Grüße 😀' } },
      { seq: 2, role: 'assistant', chunk: { type: 'text', text: 'You said: Grüße 😀' } },
    ],
  });
  const metrics = await request(`${host.url}/conversations/echo/metrics`, 'GET');
  // 7 characters in, 17 out, both divided by 4 and rounded up.
  expect(metrics.body).toMatchObject({
    turns: [{ finishReason: 'stop', usage: { inputTokens: 2, outputTokens: 5 }, contextSize: 7 }],
  });
});

test('tools run, their results come back and are committed with their calls', async () => {
  const turn = await chat(host.url, {
    message: script(
      { text: 'Looking. ', deltas: 3, delayMs: 1 },
      { tool: 'shell', input: { command: 'echo out; echo err >&2' } },
      { tool: 'read_file', input: { path: '../outside' } },
      { next: true },
      { text: 'Seen.' },
    ),
  });
  const events = await turn.rest();
  expect(events.at(-2)).toMatchObject({ type: 'done', finishReason: 'stop' });
  const results = events.filter(({ type }) => type === 'tool-result');
  expect(results).toHaveLength(2);
  const shell = results.find(({ name }) => name === 'shell');
  expect(JSON.stringify(shell)).toContain('out');
  expect(results.find(({ name }) => name === 'read_file')).toMatchObject({ isError: true });
  const output = events.filter(({ type }) => type === 'tool-output');
  expect(output.map(({ stream: name }) => name).sort()).toEqual(['stderr', 'stdout']);
  const { body } = await request(
    `${host.url}/conversations/${turn.conversationId}/messages`,
    'GET',
  );
  const chunks = body.chunks as { chunk: { type: string; callId?: string } }[];
  const calls = chunks.filter(({ chunk }) => chunk.type === 'tool-call');
  for (const { chunk } of calls) {
    const answers = chunks.filter(
      (other) => other.chunk.type === 'tool-result' && other.chunk.callId === chunk.callId,
    );
    expect(answers).toHaveLength(1);
  }
});

test('a message that is queued joins at the tool boundary; what is left starts the next turn', async () => {
  const turn = await chat(host.url, {
    conversationId: 'steered',
    message: script(
      { text: 'Working.' },
      { tool: 'shell', input: { command: 'sleep 0.3' } },
      { next: true },
      { text: 'a', deltas: 1, delayMs: 200 },
      { text: 'b', deltas: 1, delayMs: 200 },
    ),
  });
  await turn.until('tool-call');
  const queued = await request(`${host.url}/conversations/steered/queue`, 'POST', {
    message: 'and this',
  });
  expect(queued).toMatchObject({ status: 202, body: { position: 1 } });
  const steering = (await turn.until('steering')).at(-1);
  expect(steering).toMatchObject({
    messages: [{ queueId: queued.body.queueId, message: 'and this' }],
  });
  await request(`${host.url}/conversations/steered/queue`, 'POST', { message: 'later' });
  const rest = await turn.rest();
  expect(types(rest).at(-1)).toBe('turn-sealed');
  const next = await stream(
    `${host.url}/conversations/steered/events?cursor=${turn.turnId}:${rest.at(-1)?.n}`,
  );
  await next.rest();
  await expect
    .poll(async () => {
      const { body } = await request(`${host.url}/conversations/steered/messages`, 'GET');
      return body.activeTurn === null ? JSON.stringify(body) : '';
    })
    .toContain('You said: later');
});

test('an abort is prompt and keeps what was said', async () => {
  const turn = await chat(host.url, {
    conversationId: 'aborted',
    message: script({ text: 'Said.' }, { tool: 'shell', input: { command: 'sleep 30' } }),
  });
  await turn.until('tool-call');
  const before = performance.now();
  const { status, body } = await request(`${host.url}/conversations/aborted/abort`, 'POST');
  expect({ status, body }).toEqual({ status: 202, body: { turnId: turn.turnId } });
  const rest = await turn.rest();
  expect(performance.now() - before).toBeLessThan(2000);
  expect(rest.at(-2)).toMatchObject({ type: 'done', finishReason: 'aborted' });
  expect(types(rest)).toContain('tool-result');
  const again = await request(`${host.url}/conversations/aborted/abort`, 'POST');
  expect(again).toMatchObject({ status: 404, body: { code: 'no-active-turn' } });
});

test('a reader that comes back with its cursor has every event once', async () => {
  const turn = await chat(host.url, {
    conversationId: 'again',
    message: script({ text: 'x'.repeat(60), deltas: 60, delayMs: 5 }),
  });
  const seen: SeenEvent[] = [];
  let current = turn;
  for (let round = 0; round < 5; round += 1) {
    for (let count = 0; count < 10; count += 1) {
      const event = await current.next();
      if (event !== undefined) seen.push(event);
    }
    current.leave();
    const cursor = `${turn.turnId}:${seen.at(-1)?.n}`;
    current = await stream(`${host.url}/conversations/again/events?cursor=${cursor}`);
  }
  seen.push(...(await current.rest()));
  expect(seen.map(({ n }) => n)).toEqual(seen.map((_, index) => index));
  expect(text(seen)).toBe('x'.repeat(60));
  expect(types(seen).at(-1)).toBe('turn-sealed');
});

test('chunks and then the events after the mark are each piece once, at any moment', async () => {
  const message = script(
    ...Array.from({ length: 6 }, (_, step) => [
      { text: `step ${step} `, deltas: 4, delayMs: 4 },
      { tool: 'shell', input: { command: `true ${step}` } },
      { next: true },
    ]).flat(),
    { text: 'end' },
  );
  const turn = await chat(host.url, { conversationId: 'mark', message });
  const whole = 'step 0 step 1 step 2 step 3 step 4 step 5 end';
  for (let look = 0; look < 8; look += 1) {
    const { body } = await request(`${host.url}/conversations/mark/messages`, 'GET');
    const chunks = body.chunks as { role: string; chunk: { type: string; text?: string } }[];
    const committed = chunks
      .map(({ role, chunk }) => (role === 'assistant' && chunk.type === 'text' ? chunk.text : ''))
      .join('');
    const active = body.activeTurn as { cursor: string } | null;
    if (active === null) {
      expect(committed).toBe(whole);
      break;
    }
    const after = await stream(`${host.url}/conversations/mark/events?cursor=${active.cursor}`);
    expect(committed + text(await after.rest())).toBe(whole);
  }
  await turn.rest();
});

test('the same idempotency key never starts a second turn', async () => {
  const body = { conversationId: 'keyed', message: 'once', idempotencyKey: 'k-1' };
  const turns = await Promise.all([chat(host.url, body), chat(host.url, body)]);
  const [first, second] = await Promise.all(turns.map((turn) => turn.rest()));
  expect(turns[0]?.turnId).toBe(turns[1]?.turnId);
  expect(second).toEqual(first);
  const { body: messages } = await request(`${host.url}/conversations/keyed/messages`, 'GET');
  expect(messages.lastSeq).toBe(2);
});

test('while a turn runs a second is refused', async () => {
  const turn = await chat(host.url, {
    conversationId: 'busy',
    message: script({ text: 'x', deltas: 1, delayMs: 300 }),
  });
  const refused = await request(`${host.url}/chat`, 'POST', {
    conversationId: 'busy',
    message: 'two',
  });
  expect(refused).toMatchObject({ status: 409, body: { code: 'conversation-busy' } });
  await turn.rest();
});

test('a fork holds the chunks up to a seq and lives on its own', async () => {
  await (await chat(host.url, { conversationId: 'origin', message: 'first' })).rest();
  await (await chat(host.url, { conversationId: 'origin', message: 'second' })).rest();
  const { status, body } = await request(`${host.url}/conversations/origin/fork`, 'POST', {
    atSeq: 2,
  });
  expect(status).toBe(201);
  expect(body.lastSeq).toBe(2);
  const id = String(body.conversationId);
  await (await chat(host.url, { conversationId: id, message: 'third' })).rest();
  const forked = await request(`${host.url}/conversations/${id}/messages`, 'GET');
  expect(forked.body.lastSeq).toBe(4);
  const origin = await request(`${host.url}/conversations/origin/messages`, 'GET');
  expect(origin.body.lastSeq).toBe(4);
});

test('a provider that answers 429 first is asked again, and that is told', async () => {
  const turn = await chat(host.url, {
    message: script({ error: { status: 429, retryAfterMs: 20 } }, { text: 'fine' }),
  });
  // The standard schedule waits five seconds; this one ends the turn by an abort instead.
  const told = (await turn.until('provider-retry')).at(-1);
  expect(told).toMatchObject({ attempt: 1, error: { code: 'provider-error', retryable: true } });
  await request(`${host.url}/conversations/${turn.conversationId}/abort`, 'POST');
  expect((await turn.rest()).at(-2)).toMatchObject({ type: 'done', finishReason: 'aborted' });
});

test('settings of a conversation are read, changed and cleared', async () => {
  await (await chat(host.url, { conversationId: 'set', message: 'x', system: 'Be brief.' })).rest();
  const url = `${host.url}/conversations/set`;
  const before = await request(url, 'GET');
  expect(before.body).toMatchObject({
    conversationId: 'set',
    system: 'Be brief.',
    title: null,
    status: 'idle',
    lastSeq: 2,
  });
  const patched = await request(url, 'PATCH', { title: 'Titled', system: null });
  expect(patched).toMatchObject({ status: 200, body: { title: 'Titled', system: null } });
  expect((await request(url, 'DELETE')).status).toBe(204);
  expect(await request(url, 'GET')).toMatchObject({
    status: 404,
    body: { code: 'conversation-not-found' },
  });
});

test('what this host is made of can be asked for', async () => {
  const models = await request(`${host.url}/models`, 'GET');
  expect(models.body).toMatchObject({ default: 'scripted/play' });
  const tools = await request(`${host.url}/tools`, 'GET');
  const names = (tools.body.tools as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual([
    ...['read_file', 'write_file', 'edit_file', 'list_dir', 'glob', 'grep', 'shell'],
    ...['command_list', 'command_output', 'command_stop', 'todo_write', 'ask_user'],
    ...['request_access', 'read_result'],
  ]);
  for (const path of [
    '/extensions',
    '/computers',
    '/surfaces',
    '/openapi.json',
    '/health',
    '/ready',
  ]) {
    expect((await request(`${host.url}${path}`, 'GET')).status).toBe(200);
  }
});
