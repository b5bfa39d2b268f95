import { expect, test } from 'vitest';
import { checkInput } from './check-input.ts';
import { messagesQuery } from './query.ts';
import { approvalBody, chatBody, patchBody, queueBody } from './request.ts';

/** The sentence that refuses `body`, or what it became. */
function refusal(schema: Parameters<typeof checkInput>[0], body: unknown): unknown {
  const checked = checkInput(schema, body);
  return checked.ok ? checked.value : checked.message;
}

test.each([
  [{ message: 'Hi' }],
  [{}],
  [{ message: [{ type: 'text', text: 'Hi' }], conversationId: 'a-_Z9'.repeat(10), maxSteps: 0 }],
  [{ message: [{ type: 'image', mediaType: 'image/png', data: 'aGk=' }] }],
  [
    {
      message: [
        { type: 'json', value: null },
        { type: 'attachment', attachmentId: 'x' },
      ],
    },
  ],
  [{ message: 'a \ud800 alone and U+0000 \0', system: '', idempotencyKey: '😀'.repeat(128) }],
  [{ tools: { only: ['read_*'], without: ['*'] }, sampling: { topP: 1, temperature: 0 } }],
])('a good chat body passes as it is: %j', (body) => {
  expect(refusal(chatBody, body)).toEqual(body);
});

test.each([
  [{ message: '' }, '`message` must have at least 1 character.'],
  [{ message: [] }, '`message` must have at least 1 entry.'],
  [{ message: 5 }, '`message` must be a string or an array.'],
  [{ message: null }, '`message` must be a string or an array.'],
  [{ message: [{ type: 'text' }] }, '`message.0.text` is missing.'],
  [{ message: [{ type: 'text', text: '' }] }, '`message.0.text` must have at least 1 character.'],
  [{ message: [{ type: 'json' }] }, '`message.0.value` is missing.'],
  [{ message: [{ type: 'text', text: 'a', b: 1 }] }, '`message.0.b` is not a known field.'],
  [
    { message: [{ type: 'image', mediaType: 'image/png', data: 'a' }] },
    '`message.0.data` must be base64.',
  ],
  [{ mesage: 'a' }, '`mesage` is not a known field.'],
  [{ sampling: { topK: 1 } }, '`sampling.topK` is not a known field.'],
  [{ sampling: { topP: 2 } }, '`sampling.topP` must be at most 1.'],
  [{ mode: 'plan' }, '`mode` must be "act" or "read-only".'],
  [{ maxSteps: 1.5 }, '`maxSteps` must be a whole number.'],
  [{ maxSteps: -1 }, '`maxSteps` must be at least 0.'],
  [{ conversationId: 'a b' }, '`conversationId` must match ^[A-Za-z0-9_-]{1,64}$.'],
  [{ conversationId: 'a'.repeat(65) }, '`conversationId` must match ^[A-Za-z0-9_-]{1,64}$.'],
  [{ idempotencyKey: '' }, '`idempotencyKey` must have at least 1 character.'],
  [{ idempotencyKey: 'k'.repeat(129) }, '`idempotencyKey` must have at most 128 characters.'],
  [{ model: null }, '`model` must be a string.'],
  [[], 'The input must be an object.'],
  ['x', 'The input must be an object.'],
  [undefined, 'The input is missing.'],
])('a bad chat body is refused in one sentence that names the field: %j', (body, sentence) => {
  expect(refusal(chatBody, body)).toBe(sentence);
});

test('several faults are told together, the first three by name', () => {
  expect(refusal(chatBody, { message: '', mode: 1, maxSteps: 'a', b: 1, c: 2 })).toMatch(
    /^`message` .*; `mode` .*; `maxSteps` .*; and 2 more\.$/,
  );
});

test('only a change of a conversation can clear', () => {
  expect(refusal(patchBody, { title: null, model: null, tools: null, sampling: null })).toEqual({
    title: null,
    model: null,
    tools: null,
    sampling: null,
  });
  expect(refusal(patchBody, { status: 'idle' })).toBe('`status` is not a known field.');
});

test('a queued message is required, an approval takes one answer or several', () => {
  expect(refusal(queueBody, {})).toBe('`message` is missing.');
  const approval = { decision: 'allow', answers: ['yes', ['a', 'b']] };
  expect(refusal(approvalBody, approval)).toEqual(approval);
});

test('numbers of a query are plain digits within their bounds', () => {
  expect(refusal(messagesQuery, {})).toEqual({ sinceSeq: 0, limit: 500 });
  expect(refusal(messagesQuery, { sinceSeq: '7', limit: '1000' })).toEqual({
    sinceSeq: 7,
    limit: 1000,
  });
  for (const limit of ['0', '1001', '', ' 1', '1e2', '-1', '0x1', '1.0', ['1', '2']]) {
    expect(refusal(messagesQuery, { limit }), String(limit)).toMatch(/^`limit` must /);
  }
  expect(refusal(messagesQuery, { since: '1' })).toBe('`since` is not a known field.');
});

test('a value nested as deep as JSON can be is taken', () => {
  const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const checked = checkInput(chatBody, {
    message: [{ type: 'json', value: JSON.parse(text) }],
  });
  expect(checked.ok).toBe(true);
});
