import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameFields, isFrameOp } from './client-frame.ts';
import { readFrameHead } from './frame-head.ts';
import { serverFrame } from './server-frame.ts';

test('a frame is its op, its id and the rest', () => {
  const text = JSON.stringify({ op: 'chat.send', id: 7, message: 'Hi' });
  expect(readFrameHead(text)).toEqual({
    ok: true,
    op: 'chat.send',
    id: 7,
    fields: { message: 'Hi' },
  });
});

test.each([
  ['', null, 'bad-frame'],
  ['[]', null, 'bad-frame'],
  ['null', null, 'bad-frame'],
  ['{', null, 'bad-frame'],
  ['{"id":"a"}', 'a', 'bad-frame'],
  ['{"op":5,"id":"a"}', 'a', 'bad-frame'],
  ['{"op":"ping"}', null, 'invalid-input'],
  ['{"op":"ping","id":""}', null, 'invalid-input'],
  ['{"op":"ping","id":1.5}', null, 'invalid-input'],
])('%s is refused', (text, id, code) => {
  expect(readFrameHead(text)).toMatchObject({ ok: false, id, error: { code } });
});

test('any text is read without a throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(typeof readFrameHead(text).ok).toBe('boolean');
    }),
  );
});

test('ops are the known ones alone', () => {
  expect(isFrameOp('chat.send')).toBe(true);
  for (const op of ['toString', '__proto__', 'chat', '']) expect(isFrameOp(op)).toBe(false);
});

test('fields are strict, op by op', () => {
  expect(
    frameFields['chat.subscribe'].safeParse({ conversationId: 'a', sinceSeq: 0 }).success,
  ).toBe(true);
  expect(frameFields['chat.subscribe'].safeParse({ conversationId: 'a', since: 0 }).success).toBe(
    false,
  );
  expect(frameFields['surface.invoke'].safeParse({ surfaceId: 's' }).success).toBe(false);
  expect(frameFields['surface.subscribe'].safeParse({ surfaceId: 's', action: 'a' }).success).toBe(
    false,
  );
});

test('an ack keeps the fields of its op', () => {
  const ack = { type: 'ack', id: 1, conversationId: 'a', turnId: 't' };
  expect(serverFrame.parse(ack)).toEqual(ack);
});
