import { CodedError } from '@dispatch/contracts';
import { type ContentPart, defineTool, keptHandles, textResult } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import {
  call,
  createHarness,
  type Harness,
  readAll,
  type SeenEvent,
  say,
  stop,
} from './__fixtures__/harness.ts';

const bytes = Buffer.from('picture');
const data = bytes.toString('base64');
const named = (attachmentId: string) => ({ type: 'attachment', attachmentId }) as const;

async function turn(
  { runtime, conversations }: Harness,
  conversationId: string,
  message: string | readonly ContentPart[],
): Promise<SeenEvent[]> {
  const starting = conversations.startTurn({ conversationId, message });
  const started = await runtime.runUntil(starting);
  return runtime.runUntil(conversations.followTurn(started).then(readAll));
}

test.each([
  ['image/png', `image/png ${data}`],
  ['image/jpeg; x=y', `image/jpeg; x=y ${data}`],
  ['image/svg+xml', '[attachment it.x, image/svg+xml]'],
  ['image/pngx', '[attachment it.x, image/pngx]'],
  ['application/pdf', '[attachment it.x, application/pdf]'],
])('of %s the model is sent %j, now and with every later turn', async (mediaType, sent) => {
  const harness = createHarness(() => [[say('ok'), stop]]);
  const { memory, requests, conversations } = harness;
  await memory.blobs.put({ blobId: 'it', mediaType, name: 'it.x', bytes, at: 1 });
  await turn(harness, 'c', [{ type: 'text', text: 'see' }, named('it')]);
  await turn(harness, 'c', 'again');
  const first = `see+${sent}`;
  expect(requests).toEqual([[first], [first, 'ok', 'again']]);
  const { chunks } = await conversations.readMessages({
    ...{ conversationId: 'c', sinceSeq: 0, limit: 10 },
  });
  const attachment = { type: 'attachment', mediaType, name: 'it.x', attachmentId: 'it' };
  expect(chunks.map(({ json }) => JSON.parse(json))[1]).toEqual(attachment);
});

test('an image that came with its message is sent as one that was uploaded before', async () => {
  const harness = createHarness(() => [[say('ok'), stop]]);
  await turn(harness, 'c', [{ type: 'image', mediaType: 'image/png', data }]);
  await turn(harness, 'c', [{ type: 'image', mediaType: 'image/tiff', data }]);
  await turn(harness, 'c', 'again');
  const [[first], [, , second] = [], third] = harness.requests as [string[], string[], string[]];
  expect(first).toBe(`image/png ${data}`);
  expect(second).toMatch(/^\[attachment \S+, image\/tiff\]$/);
  expect(third).toEqual([first, 'ok', second, 'ok', 'again']);
});

test('one that is gone is told of as gone, a store that does not answer is not', async () => {
  const harness = createHarness(() => [[say('ok'), stop]]);
  const { memory, requests } = harness;
  await memory.blobs.put({ blobId: 'it', mediaType: 'image/png', bytes, at: 1 });
  await turn(harness, 'c', [named('it')]);
  for (const _ of ['early', 'committed']) memory.failNext('blobs.read');
  const events = await turn(harness, 'c', 'again');
  expect(events.find(({ type }) => type === 'error')).toMatchObject({
    error: { code: 'store-unavailable' },
  });
  expect(requests).toHaveLength(1);
  await turn(harness, 'c', 'once more');
  expect(requests[1]?.[0]).toBe(`image/png ${data}`);

  const gone = new CodedError('blob-not-found', { message: 'gone' });
  memory.failNext('blobs.read', gone);
  await turn(harness, 'c', 'and now');
  expect(requests[2]?.[0]).toBe('[image it is no longer there]');
});

test('what a fork names stays with it, and what it does not name does not', async () => {
  const harness = createHarness(({ stepIndex }) =>
    stepIndex === 0 ? [[call('x'), stop]] : [[say('ok'), stop]],
  );
  const { memory, runtime, conversations } = harness;
  for (const blobId of ['early', 'late']) {
    await memory.blobs.put({ blobId, mediaType: 'text/plain', bytes, at: 1 });
  }
  await turn(harness, 'c', [named('early')]);
  const { lastSeq } = await conversations.get('c');
  await turn(harness, 'c', [named('late')]);
  const fork = await conversations.fork('c', lastSeq);
  await runtime.runUntil(conversations.remove('c'));
  const { conversationId } = fork;
  expect(await memory.blobs.describe('early')).toMatchObject({ conversationId });
  expect(await memory.blobs.describe('late')).toBeUndefined();
  await runtime.runUntil(conversations.remove(conversationId));
  expect(await memory.blobs.describe('early')).toBeUndefined();
});

test('a fork keeps the whole of results that it has the beginning of', async () => {
  const large = defineTool({
    name: 'large',
    description: 'Says a lot.',
    inputSchema: { type: 'object' },
    effect: 'pure',
    parse: (input) => input,
    run: async () => textResult('x'.repeat(1_000_000)),
  });
  const harness = createHarness(
    ({ stepIndex }) => (stepIndex === 0 ? [[call('x', 'large'), stop]] : [[say('ok'), stop]]),
    {},
    [large],
  );
  const { memory, runtime, conversations } = harness;
  await turn(harness, 'c', 'go');
  const { chunks } = await conversations.readMessages({
    ...{ conversationId: 'c', sinceSeq: 0, limit: 10 },
  });
  const [handle = ''] = keptHandles(chunks.map(({ json }) => json).join());
  expect(await memory.blobs.describe(handle, 'c')).toBeDefined();
  const { conversationId } = await conversations.fork('c');
  await runtime.runUntil(conversations.remove('c'));
  expect(await memory.blobs.describe(handle, conversationId)).toBeDefined();
  await runtime.runUntil(conversations.remove(conversationId));
  expect(await memory.blobs.describe(handle)).toBeUndefined();
});
