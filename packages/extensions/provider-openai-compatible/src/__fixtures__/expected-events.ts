import { readdirSync, readFileSync } from 'node:fs';
import type { ProviderEvent } from '@dispatch/kernel';

/** The recorded bodies of this folder, by name. */
export function recordedBodies(): readonly (readonly [string, Uint8Array])[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => [file.slice(0, -4), readFileSync(`${import.meta.dirname}/${file}`)] as const);
}

const text = (delta: string) => ({ type: 'text-delta', delta }) as const;
const reasoning = (delta: string) => ({ type: 'reasoning-delta', delta }) as const;
const begun = { type: 'tool-input-start' } as const;
const call = (callId: string | undefined, name: string, inputText: string) =>
  ({ type: 'tool-call', ...(callId === undefined ? {} : { callId }), name, inputText }) as const;
const usage = (inputTokens: number, outputTokens: number, more: object = {}) =>
  ({ type: 'usage', usage: { inputTokens, outputTokens, ...more } }) as const;
const stop = { type: 'finish', reason: 'stop' } as const;
const calls = { type: 'finish', reason: 'tool-calls' } as const;
const length = { type: 'finish', reason: 'length' } as const;
const filtered = { type: 'finish', reason: 'content-filter' } as const;
const error = (message: string, more: object = {}) =>
  ({
    type: 'error',
    error: { code: 'provider-error', message, retryable: true, ...more },
  }) as const;

const look = (callId: string | undefined, n: number) => call(callId, 'look', `{"n":${n}}`);
const broken = error('The provider closed the stream before the answer ended.');

/** What each of them says, deltas of one kind joined. */
export const expectedEvents: Readonly<Record<string, readonly ProviderEvent[]>> = {
  text: [
    text('Hello wörld 😀\n"q"\\'),
    usage(12, 7, { reasoningTokens: 3, cacheReadTokens: 8, cacheWriteTokens: 2 }),
    stop,
  ],
  'plain-deltas': [text('onetwoth"ree\\u0041föur\u2028fi\tve{"content":"x"}😀'), stop],
  'tool-call': [begun, call('call_a', 'look', '{"path":"a{}\\"}"}'), usage(5, 2), calls],
  'two-calls': [text('Both. '), begun, look('call_a', 1), begun, look('call_b', 2), calls],
  'interleaved-calls': [
    begun,
    begun,
    call('call_b', 'find', '{"b":2}'),
    call('call_a', 'look', '{"a":1}'),
    calls,
  ],
  'missing-index': [begun, look('call_a', 1), begun, look('call_b', 2), calls],
  'missing-index-and-id': [
    begun,
    look(undefined, 1),
    begun,
    look(undefined, 2),
    begun,
    begun,
    call(undefined, 'halt', ''),
    call(undefined, 'halt', ''),
    calls,
  ],
  'same-index-two-ids': [begun, look('call_a', 1), begun, call('call_b', 'find', '{"n":2}'), calls],
  'new-id-on-old-index': [begun, look('call_a', 1), begun, look('call_b', 2), calls],
  'new-id-each-time': [begun, look('call_a', 1), calls],
  // The kernel gives the second one an id of its own.
  'same-id-two-indexes': [begun, look('call_a', 1), begun, look('call_a', 2), calls],
  'missing-id': [begun, look(undefined, 1), begun, call(undefined, 'find', '{}'), calls],
  'first-index-one': [begun, look('call_a', 1), begun, call('call_b', 'find', '{"n":2}'), calls],
  'name-each-time': [begun, look('call_a', 1), calls],
  'no-arguments': [
    begun,
    begun,
    begun,
    begun,
    call('call_a', 'halt', ''),
    call('call_b', 'halt', ''),
    call('call_c', 'halt', ''),
    call('call_d', 'halt', ''),
    calls,
  ],
  'placeholder-arguments': [begun, look('call_a', 1), calls],
  'whole-call': [begun, look('call_a', 1), usage(5, 2), calls],
  'stop-with-calls': [text('Looking.'), begun, look('call_a', 1), calls],
  'object-arguments': [begun, look('call_a', 1), calls],
  'numeric-id': [begun, look('17', 1), calls],
  'function-call': [begun, look(undefined, 1), calls],
  'length-in-call': [begun, look('call_a', 1), begun, length],
  'cut-in-call': [begun, look('call_a', 1), begun, broken],
  'usage-on-content': [text('Hi!'), usage(5, 2), stop],
  'usage-each-time': [text('ab'), usage(5, 2), stop],
  'usage-in-choice': [text('Hi'), usage(5, 2, { cacheReadTokens: 4 }), stop],
  // Reasoning that was counted beside the output, and a cache larger than the prompt.
  'usage-odd': [text('Hi'), usage(5, 13, { reasoningTokens: 10, cacheReadTokens: 5 }), stop],
  deepseek: [
    reasoning('Let me think.'),
    text('So: 42.'),
    usage(10, 20, { reasoningTokens: 15, cacheReadTokens: 6 }),
    stop,
  ],
  openrouter: [reasoning('Hmm.'), text('Yes'), stop],
  'both-reasonings': [reasoning('same'), text('x'), stop],
  'content-parts': [reasoning('Hm.'), text('Yes!'), stop],
  refusal: [text('I can not.'), stop],
  'content-filter': [text('Well'), filtered],
  ignored: [text('ab'), stop],
  'error-mid-stream': [
    text('Wel'),
    error('The provider reported an error with status 529: Upstream is overloaded', {
      status: 529,
    }),
  ],
  'error-lasting': [error('The provider reported an error: Bad image', { retryable: false })],
  'error-event': [
    text('Wel'),
    error('The provider reported an error: rate limited', { retryAfterMs: 2000 }),
  ],
  'error-bare': [text('Wel'), error('The provider reported an error: the model crashed')],
  'error-finish': [text('Wel'), error('The provider ended the answer with an error of its own.')],
  'error-object': [
    error('The provider reported an error with status 404: no such model', {
      retryable: false,
      status: 404,
    }),
  ],
  'no-done': [text('Hi'), usage(5, 2), stop],
  'no-finish': [text('Hi the'), broken],
  'done-without-finish': [text('Hi'), stop],
  'done-alone': [broken],
  'comments-alone': [broken],
  empty: [broken],
  'cut-in-json': [text('Hi'), broken],
  'not-json': [text('Hi'), error('The provider sent something that is not JSON: oops, not JSON')],
  'odd-framing': [text('abcde'), stop],
  'returns-alone': [text('a'), stop],
  'not-a-stream': [
    reasoning('Hm'),
    text('Hi'),
    begun,
    look('call_a', 1),
    begun,
    call('call_b', 'halt', ''),
    usage(5, 2),
    calls,
  ],
  'not-a-stream-error': [
    error('The provider reported an error with status 503: Model is loading', { status: 503 }),
  ],
  'not-an-answer': [broken],
  html: [error('The provider reported an error: a web page: 502 Bad Gateway')],
  'message-at-end': [text('Hi'), stop],
};
