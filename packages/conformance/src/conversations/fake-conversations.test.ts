import { expect, test } from 'vitest';
import { fakeConversations } from './fake-conversations.ts';

const delta = (text: string) => ({ type: 'text-delta', stepId: 's', delta: text }) as const;

test('a turn is told from its start to its seal, and the queue starts the next one', async () => {
  const fake = fakeConversations();
  const { conversationId, turnId } = await fake.startTurn({ message: 'hello' });
  await fake.queueMessage({ conversationId, message: 'next' });
  const follower = await fake.followTurn({ conversationId, turnId });
  fake.emit(conversationId, delta('a'));
  fake.finish(conversationId);
  const batch = await follower?.next(Number.MAX_SAFE_INTEGER);
  const events = batch && 'events' in batch ? batch.events.map((text) => JSON.parse(text)) : [];
  expect(events.map(({ type, n }) => [type, n])).toEqual([
    ['turn-start', 0],
    ['text-delta', 1],
    ['done', 2],
    ['turn-sealed', 3],
  ]);
  expect(await follower?.next(1)).toBeUndefined();
  expect(await fake.get(conversationId)).toMatchObject({ status: 'running', lastSeq: 2 });
  expect(await fake.listQueue(conversationId)).toEqual([]);
});

test('a subscription gives each piece once: in its snapshot, or as an event after it', async () => {
  const fake = fakeConversations();
  const { conversationId, turnId } = await fake.startTurn({ message: 'hello' });
  const stepId = `${turnId}#0`;
  fake.commit(conversationId, { role: 'assistant', chunk: { type: 'text', text: 'a', stepId } });
  fake.emit(conversationId, {
    type: 'step-complete',
    stepId,
    finishReason: 'stop',
    committedSeq: 2,
  });
  fake.emit(conversationId, delta('after'));
  const { snapshot, follower, isResync } = await fake.subscribe({ conversationId });
  expect(isResync).toBe(false);
  expect(snapshot).toMatchObject({
    firstSeq: 1,
    lastSeq: 2,
    activeTurn: { cursor: `${turnId}:1` },
  });
  expect(await follower.next(1)).toMatchObject({ events: [expect.stringContaining('after')] });
  follower.close();
  expect(await follower.next(1)).toBeUndefined();
  expect(fake.openFollowers()).toBe(0);
});

test('one that is out of the window, or forgotten, is resynced', async () => {
  const fake = fakeConversations({ windowBytes: 1000 });
  const { conversationId, turnId } = await fake.startTurn({ message: 'hello' });
  const follower = await fake.followTurn({ conversationId, turnId });
  for (let sent = 0; sent < 20; sent += 1) fake.emit(conversationId, delta('x'.repeat(100)));
  expect(await follower?.next(1)).toEqual({ resync: { lastSeq: 1 } });
  fake.finish(conversationId);
  fake.forget(turnId);
  const late = await fake.followTurn({ conversationId, turnId });
  expect(await late?.next(1)).toEqual({ resync: { lastSeq: 1 } });
  expect(await late?.next(1)).toBeUndefined();
});

test('calls are kept, fail when they are told to, and wait when they are held', async () => {
  const fake = fakeConversations();
  fake.failNext('models', new Error('no'));
  await expect(fake.models()).rejects.toThrow('no');
  const release = fake.holdNext('isReady');
  let isAnswered = false;
  const answer = fake.isReady().then(() => {
    isAnswered = true;
  });
  await Promise.resolve();
  expect(isAnswered).toBe(false);
  release();
  await answer;
  expect(fake.calls.map(({ method }) => method)).toEqual(['models', 'isReady']);
});
