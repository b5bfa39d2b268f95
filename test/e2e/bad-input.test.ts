import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { request } from './http.ts';

const data = temporaryDataDir();
let host: HostProcess;

beforeAll(async () => {
  host = await startHost({ dataDir: data.dataDir });
});

afterAll(async () => {
  await host.stop();
  data.remove();
});

const cases: readonly [string, string, unknown, number, string][] = [
  ['POST', '/chat', '{"message":', 400, 'invalid-json'],
  ['POST', '/chat', '[]', 400, 'invalid-input'],
  ['POST', '/chat', { message: 'x', mesage: 'y' }, 400, 'invalid-input'],
  ['POST', '/chat', { message: '' }, 400, 'invalid-input'],
  ['POST', '/chat', { message: 'x', conversationId: 'a'.repeat(65) }, 400, 'invalid-input'],
  ['POST', '/chat', { message: 'x', conversationId: '../a' }, 400, 'invalid-input'],
  ['POST', '/chat', { message: 'x', model: 'scripted/nope' }, 400, 'unknown-model'],
  ['POST', '/chat', { message: 'x', maxSteps: -1 }, 400, 'invalid-input'],
  ['POST', '/chat', { message: 'x', idempotencyKey: 'k'.repeat(129) }, 400, 'invalid-input'],
  ['POST', '/chat', { conversationId: 'none' }, 400, 'nothing-to-continue'],
  ['GET', '/conversations/none', undefined, 404, 'conversation-not-found'],
  ['GET', '/conversations/none/messages', undefined, 404, 'conversation-not-found'],
  ['GET', '/conversations/none/events', undefined, 404, 'conversation-not-found'],
  ['GET', '/conversations/none/metrics', undefined, 404, 'conversation-not-found'],
  ['GET', '/conversations/none/queue', undefined, 404, 'conversation-not-found'],
  ['POST', '/conversations/none/abort', undefined, 404, 'conversation-not-found'],
  ['POST', '/conversations/none/fork', {}, 404, 'conversation-not-found'],
  ['PATCH', '/conversations/none', { title: 'x' }, 404, 'conversation-not-found'],
  ['DELETE', '/conversations/none', undefined, 404, 'conversation-not-found'],
  ['GET', '/nowhere', undefined, 404, 'not-found'],
  ['PUT', '/chat', {}, 405, 'method-not-allowed'],
  ['GET', '/conversations?limit=0', undefined, 400, 'invalid-input'],
  ['GET', '/conversations?limti=5', undefined, 400, 'invalid-input'],
];

test.each(cases)('%s %s %j answers %i %s', async (method, path, body, status, code) => {
  const reply = await request(`${host.url}${path}`, method, body);
  expect(reply).toMatchObject({ status, body: { status, code } });
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
});

test('an unknown field is named', async () => {
  const { body } = await request(`${host.url}/chat`, 'POST', { message: 'x', mesage: 'y' });
  expect(body.detail).toContain('mesage');
});

test('a body over 8 MiB is refused, and one of another type', async () => {
  const large = await request(`${host.url}/chat`, 'POST', { message: 'x'.repeat(8 * 1024 * 1024) });
  expect(large).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
  const form = await request(`${host.url}/chat`, 'POST', 'message=x', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(form).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
});

test('a page of another origin, or by another name, stays out', async () => {
  const foreign = await request(
    `${host.url}/chat`,
    'POST',
    { message: 'x' },
    {
      origin: 'https://evil.example',
    },
  );
  expect(foreign).toMatchObject({ status: 403, body: { code: 'forbidden-origin' } });
});

test('none of it left anything behind', async () => {
  const { body } = await request(`${host.url}/conversations`, 'GET');
  expect(body).toEqual({ conversations: [], nextCursor: null });
});
