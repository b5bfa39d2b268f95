import type { TurnEvent } from '@dispatch/kernel';
import { ownerStride } from '@dispatch/wire';
import { expect, test } from 'vitest';
import { compareWithHistory, type HistoryChunk } from './compare-with-history.ts';
import { createStreamChecker, type StreamChecker } from './stream-checker.ts';
import type { StreamEvent } from './stream-event.ts';
import { type StreamViolationCode, streamViolations } from './violation.ts';

type Told = TurnEvent & Partial<Pick<StreamEvent, 'conversationId' | 'turnId' | 'n'>>;

const ofStep = { stepId: 't#0' };
const call = { ...ofStep, callId: 'a', name: 'shell' };
const turnStart: Told = { type: 'turn-start', model: 'm', committedSeq: 1 };
const stepStart: Told = { type: 'step-start', ...ofStep, index: 0 };
const text: Told = { type: 'text-delta', ...ofStep, delta: 'hi' };
const toolCall: Told = { type: 'tool-call', ...call, input: null };
const output: Told = { type: 'tool-output', ...call, stream: 'stdout', delta: 'x' };
const result: Told = { type: 'tool-result', ...call, content: [], isError: false };
const asked: Told = {
  type: 'step-complete',
  ...ofStep,
  finishReason: 'tool-calls',
  committedSeq: 3,
};
const stopped: Told = { ...asked, finishReason: 'stop' };
const secondStart: Told = { type: 'step-start', stepId: 't#1', index: 1 };
const reset: Told = { type: 'step-reset', ...ofStep, reason: 'lost', n: ownerStride };
const failure = { code: 'provider-error', message: 'x', retryable: false };
const error: Told = { type: 'error', ...ofStep, error: failure };
const steering: Told = { type: 'steering', messages: [{ queueId: 'q', message: 'and' }] };
const done: Told = { type: 'done', finishReason: 'stop', durationMs: 1 };
const sealed: Told = { type: 'turn-sealed', lastSeq: 3 };
const whole = [turnStart, stepStart, text, stopped, done, sealed];

/** The first violation that is found, and at which of the events. */
function feed(checker: StreamChecker, events: readonly Told[]) {
  let n = -1;
  let turnId = 't';
  for (const [index, event] of events.entries()) {
    turnId = event.turnId ?? turnId;
    n = event.n ?? (event.turnId === undefined ? n + 1 : 0);
    const found = checker.event({ conversationId: 'c', ...event, turnId, n });
    if (found !== undefined) return { code: found.code, index };
  }
  return undefined;
}

/** The last event of each list is the one that can not be. */
const wrong: readonly (readonly [StreamViolationCode, string, readonly Told[]])[] = [
  [
    'conversation-mixed',
    'another conversation',
    [turnStart, { ...stepStart, conversationId: 'd' }],
  ],
  ['number-gap', 'a number is left out', [turnStart, { ...stepStart, n: 2 }]],
  ['number-gap', 'an owner begins behind its base', [turnStart, { ...reset, n: ownerStride + 1 }]],
  ['number-repeated', 'a number again', [turnStart, stepStart, { ...text, n: 1 }]],
  ['turn-start-missing', 'no start', [stepStart]],
  [
    'turn-start-missing',
    'a turn that begins with its second owner',
    [...whole, { ...reset, turnId: 'u' }],
  ],
  ['turn-start-repeated', 'a second start', [turnStart, turnStart]],
  ['turn-start-repeated', 'a start that is not number 0', [{ ...turnStart, n: ownerStride }]],
  ['turn-not-sealed', 'another turn', [...whole.slice(0, 5), { ...turnStart, turnId: 'u' }]],
  ['event-after-done', 'steering', [...whole.slice(0, 5), steering]],
  ['event-after-done', 'done', [...whole.slice(0, 5), done]],
  ['event-after-done', 'a second error', [turnStart, stepStart, error, error]],
  ['event-after-seal', 'done', [...whole, done]],
  ['event-after-seal', 'a later owner', [...whole, reset]],
  ['done-missing', 'a seal', [...whole.slice(0, 4), sealed]],
  ['done-mismatch', 'another reason', [...whole.slice(0, 4), { ...done, finishReason: 'length' }]],
  [
    'done-mismatch',
    'an error of which nothing was told',
    [turnStart, { ...done, finishReason: 'error' }],
  ],
  ['done-mismatch', 'no error', [turnStart, { type: 'error', error: failure }, done]],
  [
    'done-mismatch',
    'a usage that is not the sum',
    [...whole.slice(0, 4), { ...done, usage: { inputTokens: 1, outputTokens: 1 } }],
  ],
  ['step-order', 'a step inside a step', [turnStart, stepStart, secondStart]],
  ['step-order', 'a step again', [turnStart, stepStart, asked, stepStart]],
  ['step-order', 'a step is left out', [turnStart, secondStart]],
  ['step-order', 'a step behind the last', [turnStart, stepStart, stopped, secondStart]],
  [
    'step-order',
    'a step behind an error',
    [turnStart, { type: 'error', error: failure }, stepStart],
  ],
  ['step-order', 'a step of another turn', [turnStart, { ...stepStart, stepId: 'u#0' }]],
  ['step-order', 'steering behind the last step', [turnStart, stepStart, stopped, steering]],
  ['step-mismatch', 'text between steps', [turnStart, text]],
  ['step-mismatch', 'text of another step', [turnStart, stepStart, { ...text, stepId: 't#1' }]],
  ['step-mismatch', 'text behind an error', [turnStart, stepStart, error, text]],
  [
    'step-mismatch',
    'a result of another step',
    [turnStart, stepStart, toolCall, { ...result, stepId: 't#1' }],
  ],
  ['step-mismatch', 'another step completes', [turnStart, stepStart, { ...asked, stepId: 't#1' }]],
  ['step-mismatch', 'an error of another step', [turnStart, error]],
  ['step-incomplete', 'a call has no result', [turnStart, stepStart, toolCall, asked]],
  ['step-incomplete', 'it failed', [turnStart, stepStart, error, stopped]],
  [
    'step-incomplete',
    'it did not fail',
    [turnStart, stepStart, { ...asked, finishReason: 'error' }],
  ],
  ['step-incomplete', 'done in a step', [turnStart, stepStart, done]],
  [
    'step-incomplete',
    'done in a step that failed',
    [turnStart, stepStart, error, { ...done, finishReason: 'error' }],
  ],
  ['reset-missing', 'a new owner', [turnStart, stepStart, { ...text, n: ownerStride }]],
  ['reset-misplaced', 'the same owner', [turnStart, stepStart, { ...reset, n: 2 }]],
  ['reset-misplaced', 'of a committed step', [turnStart, stepStart, asked, reset]],
  ['reset-misplaced', 'of a step to come', [turnStart, stepStart, { ...reset, stepId: 't#1' }]],
  ['steering-misplaced', 'in a step', [turnStart, stepStart, steering]],
  ['message-repeated', 'steering', [turnStart, stepStart, asked, steering, steering]],
  ['call-repeated', 'in a step', [turnStart, stepStart, toolCall, toolCall]],
  [
    'call-repeated',
    'in a later step',
    [turnStart, stepStart, toolCall, result, asked, secondStart, { ...toolCall, stepId: 't#1' }],
  ],
  ['result-without-call', 'a result', [turnStart, stepStart, result]],
  ['result-without-call', 'an output', [turnStart, stepStart, output]],
  [
    'result-without-call',
    'a call that a reset made void',
    [turnStart, stepStart, toolCall, reset, stepStart, result],
  ],
  ['result-repeated', 'a result', [turnStart, stepStart, toolCall, result, result]],
  ['result-repeated', 'an output', [turnStart, stepStart, toolCall, output, result, output]],
  ['committed-seq-lower', 'a step', [turnStart, stepStart, { ...asked, committedSeq: 0 }]],
  ['committed-seq-lower', 'a seal', [...whole.slice(0, 5), { ...sealed, lastSeq: 2 }]],
  ['committed-seq-lower', 'a turn', [...whole, { ...turnStart, turnId: 'u', committedSeq: 2 }]],
];

for (const [code, what, events] of wrong) {
  test(`${code}: ${what}`, () => {
    expect(feed(createStreamChecker(), events)).toEqual({ code, index: events.length - 1 });
  });
}

const chunksOf = (said: string, ...more: HistoryChunk[]): HistoryChunk[] => [
  { turnId: 't', json: '{"type":"text","text":"hello"}' },
  { turnId: 't', chunk: { type: 'text', text: said, ...ofStep } },
  ...more,
];
const committedCall: HistoryChunk = {
  turnId: 't',
  json: JSON.stringify({ type: 'tool-call', ...call, input: null }),
};
const unlike: readonly (readonly [StreamViolationCode, readonly HistoryChunk[]])[] = [
  ['text-mismatch', chunksOf('ho')],
  ['text-mismatch', chunksOf('hi').slice(0, 1)],
  ['calls-mismatch', chunksOf('hi', committedCall)],
  [
    'step-not-told',
    chunksOf('hi', { turnId: 't', chunk: { type: 'text', text: 'x', stepId: 't#1' } }),
  ],
];

for (const [index, [code, chunks]] of unlike.entries()) {
  test(`${code}: history ${index}`, () => {
    const checker = createStreamChecker();
    expect(feed(checker, whole)).toBeUndefined();
    expect(compareWithHistory(checker, chunksOf('hi'))).toEqual([]);
    expect(compareWithHistory(checker, chunks).map((found) => found.code)).toEqual([code]);
  });
}

test('a resync never goes behind what was told', () => {
  const checker = createStreamChecker();
  expect(feed(checker, whole)).toBeUndefined();
  expect(checker.resynced(3)).toBeUndefined();
  expect(checker.resynced(2)?.code).toBe('committed-seq-lower');
});

test('where no turn runs, the next one begins with its start', () => {
  const checker = createStreamChecker();
  checker.joined({ cursor: null, lastSeq: 3 });
  expect(feed(checker, [stepStart])).toMatchObject({ code: 'turn-start-missing' });
});

test('reading that begins behind a commit does not begin inside a step', () => {
  const checker = createStreamChecker();
  checker.joined({ cursor: { turnId: 't', n: 4 } });
  expect(feed(checker, [{ ...text, n: 5 }])).toMatchObject({ code: 'step-mismatch' });
  const other = createStreamChecker();
  other.joined({ cursor: { turnId: 't', n: 4 } });
  expect(feed(other, [{ ...stepStart, n: 6 }])).toMatchObject({ code: 'number-gap' });
});

test('what comes again behind an older cursor has no gap either', () => {
  const checker = createStreamChecker();
  expect(feed(checker, whole.slice(0, 3))).toBeUndefined();
  checker.reconnected({ turnId: 't', n: 0 });
  expect(feed(checker, [{ ...text, n: 2 }])).toMatchObject({ code: 'number-gap' });
  const other = createStreamChecker();
  expect(feed(other, whole.slice(0, 3))).toBeUndefined();
  other.reconnected({ turnId: 't', n: 1 });
  expect(feed(other, [{ ...text, n: 3 }])).toMatchObject({ code: 'number-gap' });
});

test('every code has a case', () => {
  const codes = new Set([...wrong, ...unlike].map(([code]) => code));
  expect([...codes].sort()).toEqual(Object.keys(streamViolations).sort());
});
