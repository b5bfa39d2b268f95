import type { EventLine, ServerFrame, TurnEvent } from '@dispatch/wire';
import { expect, test } from 'vitest';
import { createReaderChecks } from './reader-checks.ts';

const stepId = 't#0';
const at = (n: number) => ({ conversationId: 'c', turnId: 't', n });
const start: TurnEvent = { type: 'turn-start', model: 'm', committedSeq: 1, ...at(0) };
const begin: TurnEvent = { type: 'step-start', stepId, index: 0, ...at(1) };
const delta = (n: number): TurnEvent => ({ type: 'text-delta', stepId, delta: 'a', ...at(n) });

function listen() {
  const complaints: string[] = [];
  const checks = createReaderChecks({
    opened: () => {},
    told: () => {},
    resynced: () => {},
    complain: (words) => complaints.push(words),
  });
  const read = (path: string, ...lines: readonly EventLine[]) => {
    const take = checks.taps.stream.opened(new URL(path, 'http://host'));
    for (const line of lines) take(line);
    return take;
  };
  return { complaints, checks, read };
}

test('a turn that is read in parts, each after the cursor before it, is sound', () => {
  const { complaints, read } = listen();
  read('/chat', start, begin, delta(2), delta(3));
  // The client had taken two of them when it left.
  read('/conversations/c/events?cursor=t:1', delta(2), delta(3), delta(4));
  expect(complaints).toEqual([]);
});

test.each([
  ['a gap', [start, begin, delta(3)], 'number-gap'],
  ['a repetition', [start, begin, delta(2), delta(2)], 'number-repeated'],
  ['a beginning that is none', [begin], 'turn-start-missing'],
])('%s is found', (_, lines, code) => {
  const { complaints, read } = listen();
  read('/chat', ...lines);
  expect(complaints.join()).toContain(code);
});

test('what an answer still brings when the client has left it counts for nothing', () => {
  const { complaints, read } = listen();
  const left = read('/chat', start, begin);
  read('/conversations/c/events?cursor=t:1', delta(2));
  left(delta(2));
  expect(complaints).toEqual([]);
});

test('over a socket, frames of the subscription before count for nothing', () => {
  const { complaints, checks } = listen();
  const socket = checks.taps.socket.opened(new URL('ws://host/ws'));
  const receive = (frame: ServerFrame) => socket.received(JSON.stringify(frame));
  const tell = (event: TurnEvent) => receive({ type: 'chat.delta', conversationId: 'c', event });
  socket.sent('{"op":"chat.subscribe","id":"1","conversationId":"c"}');
  tell(delta(9));
  receive({ type: 'ack', id: '1' });
  receive({
    type: 'chat.snapshot',
    conversationId: 'c',
    chunks: [],
    firstSeq: null,
    lastSeq: 1,
    activeTurn: { turnId: 't', cursor: 't:0' },
  });
  for (const event of [begin, delta(2)]) tell(event);
  expect(complaints).toEqual([]);
  tell(delta(4));
  expect(complaints).toHaveLength(1);
});
