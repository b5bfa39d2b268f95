import type { ProviderEvent } from '@dispatch/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedEvents, recordedBodies } from '../__fixtures__/expected-events.ts';
import { ChatStream } from './chat-stream.ts';

const bodies = recordedBodies();

/** Reads a body in these pieces, as the edge does. */
function replay(reads: readonly Uint8Array[]): readonly (readonly ProviderEvent[])[] {
  const stream = new ChatStream();
  const decoder = new TextDecoder();
  const batches: (readonly ProviderEvent[])[] = [];
  for (const read of reads) {
    if (stream.isOver) break;
    batches.push(stream.push(decoder.decode(read, { stream: true })));
  }
  if (!stream.isOver) batches.push(stream.push(decoder.decode()), stream.end());
  return batches;
}

/** Consecutive deltas of one kind as one. */
function joined(events: readonly ProviderEvent[]): readonly ProviderEvent[] {
  const all: ProviderEvent[] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (last !== undefined && 'delta' in last && 'delta' in event && last.type === event.type) {
      all[all.length - 1] = { ...last, delta: last.delta + event.delta };
    } else all.push(event);
  }
  return all;
}

function cut(body: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (body.length + 1)), body.length];
  edges.sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => body.subarray(edges[index], end));
}

test('each recorded body has its expected events, and the other way round', () => {
  expect(bodies.map(([name]) => name).sort()).toEqual(Object.keys(expectedEvents).sort());
});

test.each(bodies)('%s says what is expected', (name, body) => {
  expect(joined(replay([body]).flat())).toEqual(expectedEvents[name]);
});

test.each(bodies)('%s says the same however it is cut into reads', (name, body) => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 30 }), (places) => {
      expect(joined(replay(cut(body, places)).flat())).toEqual(expectedEvents[name]);
    }),
    { numRuns: 60 },
  );
  expect(joined(replay([...body].map((byte) => Uint8Array.of(byte))).flat())).toEqual(
    expectedEvents[name],
  );
});

test('what one read brought is one delta of each kind', () => {
  const deepseek = bodies.find(([name]) => name === 'deepseek')?.[1] ?? new Uint8Array();
  const [batch] = replay([deepseek]);
  expect(batch).toEqual(expectedEvents.deepseek);
});

test('a call is told as soon as its input is closed', () => {
  const body = bodies.find(([name]) => name === 'two-calls')?.[1] ?? new Uint8Array();
  const before = Buffer.from(body).indexOf('call_b');
  const [batch] = replay([body.subarray(0, before)]);
  expect(batch).toContainEqual(expect.objectContaining({ type: 'tool-call', callId: 'call_a' }));
});

test('any text at all ends in one ending', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom(...odd)), { maxLength: 12 }),
      (parts) => {
        const body = new TextEncoder().encode(parts.join(''));
        const events = replay([body]).flat();
        const endings = events.filter(({ type }) => type === 'finish' || type === 'error');
        expect(endings).toEqual([events.at(-1)]);
      },
    ),
    { numRuns: 500 },
  );
});

const odd = [
  'data: ',
  'data:',
  'event: error\n',
  '\n',
  '\n\n',
  '\r\n',
  '{"choices":[{"delta":{"content":"a"}}]}',
  '{"choices":[{"delta":{"tool_calls":[{"function":{"name":"n","arguments":{}}}]}}]}',
  '{"choices":[{"delta":{"tool_calls":[null,1,{"index":"0","function":"x"}]}}]}',
  '{"choices":[null]}',
  '{"choices":{"delta":1}}',
  '{"error":null}',
  '{"choices":[{"finish_reason":"stop"}]}',
  '[DONE]',
  '[]',
  'null',
  '<html>',
];
