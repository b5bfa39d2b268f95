import type { TurnEvent } from '@dispatch/wire';
import { expect, test } from 'vitest';
import {
  type Answer,
  json,
  noContent,
  refuse,
  serveAnswers,
  stream,
} from '../__fixtures__/http-server.ts';
import { manualClock } from '../__fixtures__/manual-clock.ts';
import { lineOf, sampleChunks, sampleEvents } from '../__fixtures__/sample-turn.ts';
import { settled } from '../__fixtures__/settled.ts';
import { createClient } from '../create-client.ts';
import type { FollowItem } from './follow-turn.ts';

const lines = sampleEvents.map(lineOf);
const messages = { chunks: sampleChunks.slice(0, 7), lastSeq: 7 };

async function all(items: AsyncIterable<FollowItem>): Promise<FollowItem[]> {
  const list: FollowItem[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('a turn is told to its seal, heartbeats and strange events included or not', async () => {
  const strange = lineOf({ ...sampleEvents[5], type: 'later', n: 5 });
  const { url, requests } = await serveAnswers(
    stream([...lines.slice(0, 5), '\n', strange, '\n\n', ...lines.slice(6)], 'open'),
  );
  const client = createClient({ url, token: 'sixteen-characters', ...manualClock() });
  const items = await all(client.follow('c'));
  expect(items.map((item) => ('n' in item ? item.n : item.type))).toEqual(
    sampleEvents.map(({ n }) => n),
  );
  expect(requests).toMatchObject([
    { url: '/conversations/c/events', authorization: 'Bearer sixteen-characters' },
  ]);
});

test('a connection that is cut anywhere goes on from the cursor, in mid-line and in mid-character', async () => {
  const clock = manualClock();
  const text = 'Grüße 😀';
  const events: TurnEvent[] = sampleEvents.map((event) =>
    event.type === 'text-delta' ? { ...event, delta: text } : event,
  );
  const bytes = Buffer.from(events.map(lineOf).join(''));
  const cutAt = bytes.indexOf('😀') + 2;
  const { url, requests } = await serveAnswers(
    (response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, 300));
      setTimeout(() => {
        response.write(bytes.subarray(300, cutAt));
        setTimeout(() => response.destroy(), 20);
      }, 20);
    },
    refuse(503, 'store-unavailable'),
    (response) => response.destroy(),
    stream(events.slice(3).map(lineOf), 'open'),
  );
  const client = createClient({ url, ...clock });
  expect(await all(client.follow('c'))).toEqual(events);
  const cursor = new URL(requests[1]?.url ?? '', url).searchParams.get('cursor');
  expect(cursor).toBe('t1:3');
  expect(requests).toHaveLength(4);
  expect(clock.backoffs).toHaveLength(3);
  for (const [index, delay] of clock.backoffs.entries()) {
    expect(delay).toBeGreaterThanOrEqual(1000 * 2 ** index);
    expect(delay).toBeLessThan(2000 * 2 ** index);
  }
});

test('a gap is read again from before it; a later owner leaves none', async () => {
  const later = sampleEvents.slice(10).map((event) => ({ ...event, n: 2 ** 32 + event.n - 10 }));
  const { url, requests } = await serveAnswers(
    stream([lines[0] ?? '', lines[1] ?? '', lines[3] ?? ''], 'open'),
    stream([...lines.slice(2, 10), ...later.map(lineOf)], 'open'),
  );
  const items = await all(createClient({ url, ...manualClock() }).follow('c'));
  expect(items).toEqual([...sampleEvents.slice(0, 10), ...later]);
  expect(requests[1]?.url).toBe('/conversations/c/events?cursor=t1%3A1');
});

test('30 s without a line or a heartbeat are a lost connection', async () => {
  const clock = manualClock();
  let beat = () => {};
  const { url, requests } = await serveAnswers(
    (response) => {
      stream(lines.slice(0, 2), 'open')(response, {
        method: '',
        url: '',
        authorization: '',
        contentType: '',
        body: '',
      });
      beat = () => response.write('\n');
    },
    stream(lines.slice(2), 'open'),
  );
  const items = createClient({ url, ...clock })
    .follow('c')
    [Symbol.asyncIterator]();
  await items.next();
  await items.next();
  const third = items.next();
  await settled();
  clock.advance(29_000);
  beat();
  await settled();
  clock.advance(29_000);
  await settled();
  expect(requests).toHaveLength(1);
  clock.advance(1_000);
  expect((await third).value).toEqual(sampleEvents[2]);
  expect(requests[1]?.url).toBe('/conversations/c/events?cursor=t1%3A1');
  await items.return?.(undefined);
});

test('a resync becomes a snapshot, and what it holds is not told again', async () => {
  const { url, requests } = await serveAnswers(
    stream([lineOf({ type: 'resync', lastSeq: 7 }), ...lines.slice(9)], 'open'),
    refuse(503, 'store-unavailable'),
    json({ ...messages, activeTurn: { turnId: 't1', cursor: 't1:11' } }),
  );
  const items = await all(createClient({ url, ...manualClock() }).follow('c', { cursor: 't0:5' }));
  expect(items).toEqual([
    {
      type: 'snapshot',
      conversationId: 'c',
      ...messages,
      firstSeq: 1,
      activeTurn: { turnId: 't1', cursor: 't1:11' },
    },
    ...sampleEvents.slice(12),
  ]);
  expect(requests[1]?.url).toBe('/conversations/c/messages?sinceSeq=0&limit=1000');
});

test('where no turn runs after a resync, the snapshot is the last', async () => {
  const { url } = await serveAnswers(
    stream([lineOf({ type: 'resync', lastSeq: 9 })], 'end'),
    json({ chunks: sampleChunks.slice(0, 4), lastSeq: 9, activeTurn: null }),
    json({ chunks: sampleChunks.slice(4), lastSeq: 9, activeTurn: null }),
  );
  const items = await all(createClient({ url, ...manualClock() }).follow('c', { cursor: 't1:5' }));
  expect(items).toMatchObject([{ type: 'snapshot', chunks: sampleChunks, activeTurn: null }]);
});

test('nothing is told where no turn runs, and history where one was lost sight of', async () => {
  const idle = await serveAnswers(noContent);
  expect(await all(createClient({ url: idle.url, ...manualClock() }).follow('c'))).toEqual([]);

  const lost = await serveAnswers(
    stream(lines.slice(0, 2), 'end'),
    noContent,
    json({ ...messages, activeTurn: null }),
  );
  const items = await all(createClient({ url: lost.url, ...manualClock() }).follow('c'));
  expect(items.map(({ type }) => type)).toEqual(['turn-start', 'step-start', 'snapshot']);
});

test('a refusal is told by its code, at the start and after a lost connection', async () => {
  const client = async (...answers: readonly Answer[]) =>
    createClient({ url: (await serveAnswers(...answers)).url, ...manualClock() });
  const missing = await client(refuse(404, 'conversation-not-found'));
  await expect(all(missing.follow('c'))).rejects.toMatchObject({
    name: 'DispatchError',
    code: 'conversation-not-found',
    status: 404,
    detail: 'It is conversation-not-found.',
  });
  const deleted = await client(
    stream(lines.slice(0, 2), 'cut'),
    refuse(404, 'conversation-not-found'),
  );
  await expect(all(deleted.follow('c'))).rejects.toMatchObject({ status: 404 });
  expect(() => missing.follow('c', { cursor: 'x' })).toThrow('is no cursor');
});

test('a signal ends what is followed, quietly', async () => {
  const { url } = await serveAnswers(stream(lines.slice(0, 3), 'open'));
  const controller = new AbortController();
  const items: FollowItem[] = [];
  for await (const item of createClient({ url, ...manualClock() }).follow('c', {
    signal: controller.signal,
  })) {
    items.push(item);
    if (items.length === 3) controller.abort();
  }
  expect(items).toHaveLength(3);
});
