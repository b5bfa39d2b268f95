import { createServer, type Server } from 'node:http';
import {
  fakeExtensionContext,
  fakeProviderContext,
  providerConformance,
} from '@dispatch/conformance';
import { type Message, readBody, type SpanBody } from '@dispatch/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeOpenai, startFakeOpenai } from '../../../../test/fake-openai/start.ts';
import { type Asking, asking, said } from './__fixtures__/asking.ts';
import { expectedEvents } from './__fixtures__/expected-events.ts';
import extension from './index.ts';

const apiKey = 'sk-secret-key-4711';
let server: FakeOpenai;
beforeAll(async () => {
  server = await startFakeOpenai();
});
afterAll(() => server.stop());

const connect = (more: object = {}): Asking =>
  asking({ baseUrl: `${server.url}/v1`, apiKey, ...more });

providerConformance('openai-compatible', () => connect(), {
  answers: [
    { model: 'text', text: 'hello' },
    { model: 'n/2000/p/0', text: 'unpaced' },
    { model: 'quirk/deepseek/30', text: 'in pieces' },
    { model: 'quirk/interleaved-calls', text: 'go' },
    { model: 'slow/30', text: 'go' },
  ],
  fails: [
    { model: 'error/503', text: 'go' },
    { model: 'html', text: 'go' },
    { model: 'empty', text: 'go' },
    { model: 'cut/2', text: 'go' },
    { model: 'reset', text: 'go' },
    { model: 'reset/2', text: 'go' },
    { model: 'quirk/error-mid-stream', text: 'go' },
    { model: 'json-error', text: 'go' },
  ],
  endless: { model: 'silent/1', text: 'go' },
});

async function listening(other: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const address = other.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function closedPort(): Promise<number> {
  const other = createServer();
  const port = await listening(other);
  await new Promise((resolve) => other.close(resolve));
  return port;
}

describe('answers', () => {
  it.each(['tool-call', 'deepseek', 'odd-framing', 'no-done', 'html', 'not-a-stream'])(
    'reads %s from a socket in pieces',
    async (name) => {
      const { events } = await connect().ask(`quirk/${name}/40`);
      const plain = events.filter((event) => !('delta' in event));
      expect(plain).toEqual(expectedEvents[name]?.filter((event) => !('delta' in event)));
      expect(said(events)).toBe(said(expectedEvents[name] ?? []));
    },
  );

  it('takes comments as a sign of life', async () => {
    const { batches, events } = await connect().ask('slow/60');
    expect(batches[0]).toEqual([]);
    expect(said(events)).toBe('at last');
  });

  it('takes one answer for a stream', async () => {
    const { events } = await connect().ask('json');
    expect(events).toEqual(expectedEvents['not-a-stream']);
  });

  it('does not wait for ever behind the end', async () => {
    const { ask, runtime } = connect();
    const asked = ask('unended');
    while (runtime.sleepers() === 0) await runtime.advance(0);
    const { events } = await runtime.runUntil(asked);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    expect(runtime.now()).toBeGreaterThanOrEqual(5000);
  });

  it('reads to the end, so that the connection serves the next request', async () => {
    let connections = 0;
    const counting = createServer((incoming, outgoing) => {
      incoming.resume().on('end', () => {
        outgoing.write('data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n');
        outgoing.write('data: [DONE]\n\n');
        setImmediate(() => outgoing.end());
      });
    }).on('connection', () => {
      connections += 1;
    });
    const port = await listening(counting);
    const { ask } = asking({ baseUrl: `http://127.0.0.1:${port}` });
    for (let step = 0; step < 4; step++) {
      expect(said((await ask('m')).events)).toBe('a');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connections).toBe(1);
    counting.closeAllConnections();
    counting.close();
  });
});

describe('failures', () => {
  it.each([
    ['error/429-once', { status: 429, retryable: true }],
    ['error/503', { status: 503, retryable: true }],
    ['error/529', { status: 529, retryable: true }],
    ['error/408', { status: 408, retryable: true }],
    ['error/409', { status: 409, retryable: true }],
    ['error/400', { status: 400, retryable: false }],
    ['error/404', { status: 404, retryable: false }],
    ['error/429/seconds', { status: 429, retryAfterMs: 1000 }],
    ['error/429/ms', { status: 429, retryAfterMs: 25 }],
    [
      'html',
      { status: 502, message: 'The provider answered with status 502: a web page: Bad Gateway' },
    ],
    ['html/200', { message: 'The provider reported an error: a web page: Bad Gateway' }],
    [
      'reset',
      {
        retryable: true,
        message: expect.stringMatching(
          /^The connection to 127\.0\.0\.1:\d+ failed \(the server closed it/,
        ),
      },
    ],
    [
      'reset/2',
      { retryable: true, message: expect.stringMatching(/broke off before the answer ended/) },
    ],
    [
      'cut/2',
      { retryable: true, message: 'The provider closed the stream before the answer ended.' },
    ],
  ])('tells %s apart', async (model, expected) => {
    const { events } = await connect().ask(model);
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'provider-error', ...expected },
    });
  });

  it('says where nobody listens', async () => {
    const port = await closedPort();
    const { events } = await asking({ baseUrl: `http://127.0.0.1:${port}/v1` }).ask('m');
    expect(events).toMatchObject([
      {
        error: {
          retryable: true,
          message: `The connection to 127.0.0.1:${port} failed (nothing listens there, ECONNREFUSED)`,
        },
      },
    ]);
  });

  it('says it once, then answers', async () => {
    const { ask } = connect();
    const first = await ask('error/500-times-2', 'unique');
    const second = await ask('error/500-times-2', 'unique');
    const third = await ask('error/500-times-2', 'unique');
    expect([first, second].map(({ events }) => events.at(-1)?.type)).toEqual(['error', 'error']);
    expect(said(third.events)).toBe('answered attempt 3');
  });

  it('never repeats the key that a server repeats', async () => {
    const { ask, records } = connect({ record: true, headers: { 'X-Team': 'team-secret-1' } });
    const { events } = await ask('leak');
    const streamed = await ask('leak/stream');
    expect(events.at(-1)).toMatchObject({
      error: {
        message: 'The provider answered with status 401: bad key Bearer [redacted]',
        retryable: false,
      },
    });
    const all = JSON.stringify([events, streamed.events, records]);
    expect(all).toContain('[redacted]');
    expect(all).not.toContain(apiKey);
  });

  it('asks the host to redact too', async () => {
    const { ask } = asking({ baseUrl: `${server.url}/v1` }, { secret: 'attempt 1' });
    expect((await ask('error/400', 'redact')).events).toMatchObject([
      { error: { message: 'The provider answered with status 400: refused, ***' } },
    ]);
  });
});

describe('the request', () => {
  const sent = async (more: object, options: object = {}) => {
    const { events } = await connect(options).ask('request', 'hi', { request: more });
    const { headers, text } = JSON.parse(said(events));
    return { headers, body: JSON.parse(text), text: String(text) };
  };

  it('is a stream of chat completions, with its messages last', async () => {
    const { headers, body, text } = await sent({
      system: 'be brief',
      sampling: { temperature: 0 },
    });
    expect(headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
    });
    expect(Object.keys(body)).toEqual([
      'model',
      'stream',
      'stream_options',
      'temperature',
      'messages',
    ]);
    expect(body.messages).toEqual([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'hi' },
    ]);
    expect(text.endsWith(']}')).toBe(true);
  });

  it('carries the headers of the options, in place of its own', async () => {
    const { headers, body } = await sent(
      {},
      { headers: { Authorization: 'Basic abc', 'X-Extra': '1' }, includeUsage: false },
    );
    expect(headers).toMatchObject({ authorization: 'Basic abc', 'x-extra': '1' });
    expect(body).not.toHaveProperty('stream_options');
  });
});

describe('the span', () => {
  it('tells the request as what it adds, usage, status and the ending', async () => {
    const { ask, records } = connect({ dialect: 'openai' });
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'first' }] }];
    const request = { messages, system: 'sys', sampling: { reasoningEffort: 'low', topP: 1 } };
    for (const text of ['second', 'third']) {
      await ask('text', '', { request });
      messages.push({ role: 'assistant', content: [{ type: 'text', text }] });
    }
    await ask('text', '', { request });
    const opened = records.filter((record) => record.type === 'span-open');
    expect(opened[0]).toMatchObject({
      name: 'provider.request',
      attributes: {
        provider: 'openai',
        model: 'text',
        attempt: 1,
        'sampling.dropped': 'reasoningEffort',
      },
    });
    const bodies = new Map(opened.map(({ spanId, body }) => [spanId, body ?? '']));
    const textOf = (spanId: string): string => readSpan(bodies, spanId);
    const last = opened.at(-1);
    expect(last?.body).toMatchObject({ ref: opened[1]?.spanId });
    expect(JSON.stringify(last?.body)).not.toContain('first');
    expect(JSON.parse(textOf(last?.spanId ?? '')).messages).toHaveLength(4);
    expect(records.at(-1)).toMatchObject({
      type: 'span-close',
      status: 'ok',
      attributes: {
        status: 200,
        finishReason: 'stop',
        'usage.inputTokens': 5,
        'usage.outputTokens': 3,
      },
    });
  });

  it('holds the raw error of a refusal', async () => {
    const { ask, records } = connect();
    await ask('error/500', 'raw');
    expect(records.at(-1)).toMatchObject({ status: 'error', attributes: { status: 500 } });
    const close = records.at(-1);
    expect(close?.type === 'span-close' && close.body).toContain('fake_error');
  });

  it('records the response with its times where it is told to', async () => {
    const { ask, records } = connect({ record: true });
    await ask('quirk/deepseek');
    const close = records.at(-1);
    const body = close?.type === 'span-close' && typeof close.body === 'string' ? close.body : '';
    const { status, reads } = JSON.parse(body);
    expect(status).toBe(200);
    expect(reads.map(([, text]: [number, string]) => text).join('')).toContain('Let ');
    expect(typeof reads[0][0]).toBe('number');
  });
});

function readSpan(bodies: ReadonlyMap<string, SpanBody>, spanId: string): string {
  return readBody(bodies.get(spanId) ?? '', (ref) => readSpan(bodies, ref));
}

describe('models', () => {
  const list = (path: string, more: object = {}) =>
    asking({ baseUrl: `${server.url}${path}`, ...more }).provider.listModels(
      new AbortController().signal,
    );

  it('are those that the server lists, in its order', async () => {
    expect(await list('/v1')).toEqual([{ id: 'text', contextWindow: 32_768 }, { id: 'tools' }]);
    expect(await list('/v1/')).toHaveLength(2);
  });

  it('may come as a bare list', async () => {
    expect(await list('/bare/v1')).toEqual([{ id: 'text' }, { id: 'tools' }]);
  });

  it('begin with the default one, which needs no list', async () => {
    expect(await list('/v1', { defaultModel: 'tools' })).toEqual([
      { id: 'tools' },
      { id: 'text', contextWindow: 32_768 },
    ]);
    expect(await list('/error/v1', { defaultModel: 'mine' })).toEqual([{ id: 'mine' }]);
  });

  it.each([
    ['/error/v1', 'status 500: no list today'],
    ['/html/v1', 'no list of models'],
  ])('reject where %s gives none', async (path, words) => {
    await expect(list(path)).rejects.toMatchObject({
      code: 'provider-error',
      message: expect.stringContaining(words),
    });
  });

  it('reject when they are aborted', async () => {
    const { provider } = connect();
    await expect(provider.listModels(AbortSignal.abort())).rejects.toThrow();
  });
});

describe('the extension', () => {
  const setup = async (options: unknown) =>
    (await extension.setup(fakeExtensionContext(), {}, options)).contributes.provider;

  it('contributes nothing without a key or a base URL', async () => {
    expect(await setup(undefined)).toEqual([]);
    expect(await setup({ id: 'other' })).toEqual([]);
    expect(await setup({ apiKey })).toMatchObject([{ id: 'openai' }]);
    expect(await setup({ id: 'local', baseUrl: 'http://127.0.0.1:1' })).toMatchObject([
      { id: 'local' },
    ]);
  });

  it.each([
    [{ baseURL: 'http://x' }, 'baseURL'],
    [{ baseUrl: 'ftp://x' }, 'baseUrl'],
    [{ baseUrl: 'http://user:pass@x' }, 'baseUrl'],
    [{ apiKey: 'sk-line\n' }, 'apiKey'],
    [{ id: 'a/b' }, 'id'],
    [{ dialect: 'klingon' }, 'dialect'],
    [{ headers: { 'bad name': 'x' } }, 'headers'],
  ])('refuses %j, naming the option and no value', (options, name) => {
    expect(() => extension.checkOptions?.(options)).toThrow(name);
    expect(() => extension.checkOptions?.(options)).not.toThrow(/sk-line|pass@/);
  });
});

it('lets go of the connection when it is aborted before the answer', async () => {
  const { provider, records } = connect();
  const controller = new AbortController();
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'x' }] }];
  const request = { model: 'silent', messages, tools: [], sampling: {} };
  const stream = provider.stream(request, fakeProviderContext({ signal: controller.signal }));
  const next = stream[Symbol.asyncIterator]().next();
  controller.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(records.at(-1)).toMatchObject({ type: 'span-close', attributes: { aborted: true } });
});
