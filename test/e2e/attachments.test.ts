import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeOpenai, startFakeOpenai } from '../fake-openai/start.ts';
import { freshDatabaseUrl } from '../fresh-database.ts';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, text } from './http.ts';

let upstream: FakeOpenai;
let one: HostProcess;
let two: HostProcess;

beforeAll(async () => {
  upstream = await startFakeOpenai();
  const environment = {
    DATABASE_URL: await freshDatabaseUrl(),
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    OPENAI_API_KEY: 'unused',
  };
  const start = () =>
    startHost({ dataDir: temporaryDataDir().dataDir, args: ['--approvals', 'auto'], environment });
  [one, two] = await Promise.all([start(), start()]);
});

afterAll(async () => {
  await Promise.all([one, two].map((host) => host.stop()));
  await upstream.stop();
});

const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const limit = 20 * 1024 * 1024;

async function upload(host: HostProcess, bytes: Uint8Array | string, type?: string, query = '') {
  const response = await fetch(`${host.url}/attachments${query}`, {
    method: 'POST',
    headers: type === undefined ? {} : { 'content-type': type },
    body: typeof bytes === 'string' ? bytes : Buffer.from(bytes),
  });
  return { status: response.status, body: await response.json() };
}

async function uploaded(host: HostProcess, bytes: Uint8Array, type: string, query = '') {
  const { status, body } = await upload(host, bytes, type, query);
  expect(status).toBe(201);
  return String(body.attachmentId);
}

const naming = (...attachmentIds: string[]) => [
  { type: 'text', text: 'what is this?' },
  ...attachmentIds.map((attachmentId) => ({ type: 'attachment', attachmentId })),
];

async function get(host: HostProcess, attachmentId: string) {
  const response = await fetch(`${host.url}/attachments/${attachmentId}`);
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function statusOf(host: HostProcess, attachmentId: string) {
  return (await get(host, attachmentId)).response.status;
}

test('a picture goes from the client to the model, into history, and back from any host', async () => {
  const { status, body } = await upload(one, picture, 'image/png', '?name=dot.png');
  expect({ status, body }).toEqual({
    status: 201,
    body: { attachmentId: expect.any(String), mediaType: 'image/png', size: picture.length },
  });
  const attachmentId = String(body.attachmentId);
  const notes = await uploaded(two, Buffer.from('some notes'), 'text/plain', '?name=notes.txt');
  const turn = await chat(one.url, {
    model: 'openai/request',
    message: naming(attachmentId, notes),
  });
  const asked = text(await turn.rest());
  expect(asked).toContain(`data:image/png;base64,${picture.toString('base64')}`);
  expect(asked).toContain('[attachment notes.txt, text/plain]');

  const { conversationId } = turn;
  const { body: history } = await request(
    `${two.url}/conversations/${conversationId}/messages`,
    'GET',
  );
  expect(history.chunks).toMatchObject([
    { role: 'user', chunk: { type: 'text' } },
    {
      role: 'user',
      chunk: { type: 'attachment', mediaType: 'image/png', name: 'dot.png', attachmentId },
    },
    {
      role: 'user',
      chunk: {
        type: 'attachment',
        mediaType: 'text/plain',
        name: 'notes.txt',
        attachmentId: notes,
      },
    },
    { role: 'assistant' },
  ]);
  const { response, bytes } = await get(two, attachmentId);
  expect(response.status).toBe(200);
  expect(bytes.equals(picture)).toBe(true);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(picture.length),
    'content-disposition': 'inline; filename="dot.png"',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  });
  // The next turn reads it from the store: what the model is sent is the same.
  const next = await chat(two.url, { conversationId, message: 'and now?' });
  expect(text(await next.rest())).toContain(`data:image/png;base64,${picture.toString('base64')}`);
});

test('it goes with its conversation', async () => {
  const attachmentId = await uploaded(one, picture, 'image/png');
  const turn = await chat(one.url, { model: 'scripted/echo', message: naming(attachmentId) });
  await turn.rest();
  expect(await statusOf(two, attachmentId)).toBe(200);
  await request(`${one.url}/conversations/${turn.conversationId}`, 'DELETE');
  for (const host of [one, two]) {
    const response = await fetch(`${host.url}/attachments/${attachmentId}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'attachment-not-found' });
  }
});

test('a fork keeps what it names, after what it was forked from is gone', async () => {
  const attachmentId = await uploaded(one, picture, 'image/png');
  const turn = await chat(one.url, { model: 'openai/request', message: naming(attachmentId) });
  await turn.rest();
  const { conversationId } = turn;
  const fork = await request(`${one.url}/conversations/${conversationId}/fork`, 'POST');
  await request(`${two.url}/conversations/${conversationId}`, 'DELETE');
  expect(await statusOf(one, attachmentId)).toBe(200);
  const next = await chat(two.url, {
    conversationId: fork.body.conversationId,
    model: 'openai/request',
    message: 'and now?',
  });
  expect(text(await next.rest())).toContain(picture.toString('base64'));
  await request(`${one.url}/conversations/${fork.body.conversationId}`, 'DELETE');
  expect(await statusOf(two, attachmentId)).toBe(404);
});

test('a queued message brings its attachment into the conversation', async () => {
  const attachmentId = await uploaded(one, picture, 'image/png');
  const queue = `${two.url}/conversations/queued/queue`;
  expect((await request(queue, 'POST', { message: naming(attachmentId) })).status).toBe(202);
  await expect
    .poll(async () => {
      const { body } = await request(`${one.url}/conversations/queued/messages`, 'GET');
      return JSON.stringify(body.chunks);
    })
    .toContain(`"attachmentId":"${attachmentId}"`);
});

test('a message that names what is not there changes nothing', async () => {
  const there = await uploaded(one, picture, 'image/png');
  for (const gone of ['gone', 'a b', '\u0000', '\ud800', 'x'.repeat(256)]) {
    const message = naming(there, gone);
    const refused = { status: 404, body: { code: 'attachment-not-found' } };
    const body = { conversationId: 'refused', model: 'scripted/echo', message };
    expect(await request(`${one.url}/chat`, 'POST', body)).toMatchObject(refused);
    const queue = `${one.url}/conversations/refused/queue`;
    expect(await request(queue, 'POST', { message })).toMatchObject(refused);
  }
  expect((await request(`${one.url}/conversations/refused`, 'GET')).status).toBe(404);
  const turn = await chat(one.url, { model: 'scripted/echo', message: naming(there) });
  await turn.rest();
  expect(await statusOf(one, there)).toBe(200);
});

test('20 MiB are taken, one byte more is not, announced or not', async () => {
  const largest = Buffer.alloc(limit, 'x');
  const attachmentId = await uploaded(one, largest, 'application/octet-stream');
  const { bytes } = await get(two, attachmentId);
  expect(bytes.equals(largest)).toBe(true);
  const part = await fetch(`${two.url}/attachments/${attachmentId}`, {
    headers: { range: `bytes=${limit - 2}-` },
  });
  expect([part.status, await part.text()]).toEqual([206, 'xx']);
  const tooLarge = Buffer.alloc(limit + 1);
  expect(await upload(one, tooLarge, 'application/octet-stream')).toMatchObject({
    status: 413,
    body: { code: 'payload-too-large', detail: expect.stringContaining(String(limit)) },
  });
  const inPieces: RequestInit & { readonly duplex: 'half' } = {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: new Blob([tooLarge]).stream(),
    duplex: 'half',
  };
  const streamed = await fetch(`${one.url}/attachments`, inPieces);
  expect(streamed.status).toBe(413);
});

test('bytes of no type are refused, and a parameter that there is not', async () => {
  for (const type of [undefined, 'png', 'multipart/form-data; boundary=x']) {
    expect(await upload(one, picture, type)).toMatchObject({
      status: 415,
      body: { code: 'unsupported-media-type' },
    });
  }
  expect(await upload(one, picture, 'image/png', '?filename=x')).toMatchObject({
    status: 400,
    body: { code: 'invalid-input', detail: expect.stringContaining('filename') },
  });
});

test('the routes are described', async () => {
  const { body } = await request(`${one.url}/openapi.json`, 'GET');
  expect(body.paths).toMatchObject({
    '/attachments': {
      post: {
        operationId: 'uploadAttachment',
        requestBody: { content: { '*/*': {} } },
        responses: { 201: {}, 413: {}, 415: {} },
      },
    },
    '/attachments/{id}': { get: { operationId: 'readAttachment', responses: { 404: {} } } },
  });
});
