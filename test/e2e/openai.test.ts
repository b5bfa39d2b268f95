import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeOpenai, startFakeOpenai } from '../fake-openai/start.ts';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, text, types } from './http.ts';

const key = 'sk-of-this-test-0123456789';
const data = temporaryDataDir();
let upstream: FakeOpenai;
let host: HostProcess;

beforeAll(async () => {
  upstream = await startFakeOpenai();
  host = await startHost({
    dataDir: data.dataDir,
    args: ['--approvals', 'auto'],
    environment: {
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      OPENAI_API_KEY: key,
      DISPATCH_RETRY_DELAYS_MS: '20,20',
      DISPATCH_RETRY_BUDGET_MS: '5000',
    },
  });
});

afterAll(async () => {
  await host.stop();
  await upstream.stop();
  data.remove();
});

test('its models are told, the first of its list is the default', async () => {
  const { body } = await request(`${host.url}/models`, 'GET');
  expect(body).toMatchObject({ default: 'openai/text' });
  const turn = await chat(host.url, { message: 'hello' });
  const events = await turn.rest();
  expect(events[0]).toMatchObject({ type: 'turn-start', model: 'openai/text' });
  expect(events.at(-2)).toMatchObject({ type: 'done', finishReason: 'stop' });
  expect(text(events)).not.toBe('');
});

test('it calls tools and reads their results', async () => {
  const plan = [[{ name: 'shell', input: { command: 'echo from-the-tool' } }]];
  const turn = await chat(host.url, { model: 'openai/tools', message: JSON.stringify(plan) });
  const events = await turn.rest();
  expect(types(events)).toContain('tool-result');
  expect(text(events)).toContain('from-the-tool');
});

test('it is asked again where that is worth it', async () => {
  const turn = await chat(host.url, { model: 'openai/error/429-once', message: 'x' });
  const events = await turn.rest();
  expect(events.find(({ type }) => type === 'provider-retry')).toMatchObject({ attempt: 1 });
  expect(text(events)).toBe('answered attempt 2');
});

test.each([
  ['error/401', 'provider-error'],
  ['html/400', 'provider-error'],
])(
  'the model %s ends the turn with %s, in events and in history, without the key',
  async (model, code) => {
    const turn = await chat(host.url, { model: `openai/${model}`, message: 'x' });
    const events = await turn.rest();
    expect(events.find(({ type }) => type === 'error')).toMatchObject({ error: { code } });
    expect(events.at(-2)).toMatchObject({ type: 'done', finishReason: 'error' });
    expect(events.at(-1)).toMatchObject({ type: 'turn-sealed' });
    const { body } = await request(
      `${host.url}/conversations/${turn.conversationId}/messages`,
      'GET',
    );
    expect(JSON.stringify(body)).toContain(`"code":"${code}"`);
    expect(JSON.stringify([events, body])).not.toContain(key);
  },
);

test('a name that stands for no provider goes whole to the default one', async () => {
  const turn = await chat(host.url, { model: 'tools', message: JSON.stringify(['said']) });
  expect(text(await turn.rest())).toBe('said');
});
