import type { TurnEvent } from '@dispatch/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventSerializer } from './serialize-event.ts';

test('an event is its fields and its envelope, type first', () => {
  const serialize = createEventSerializer('c"1', 't');
  const event: TurnEvent = { type: 'error', error: { code: 'x', message: 'y', retryable: false } };
  expect(JSON.parse(serialize(event, 4))).toEqual({
    ...event,
    conversationId: 'c"1',
    turnId: 't',
    n: 4,
  });
  expect(serialize(event, 4).startsWith('{"type":"error",')).toBe(true);
});

test('the fast path of text says the same as JSON.stringify', () => {
  const serialize = createEventSerializer('c', 't');
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.nat(),
      fc.constantFrom('t#0', 't#1'),
      (delta, n, stepId) => {
        const event: TurnEvent = { type: 'text-delta', stepId, delta };
        expect(JSON.parse(serialize(event, n))).toEqual({
          ...event,
          conversationId: 'c',
          turnId: 't',
          n,
        });
      },
    ),
  );
});

test('a type that does not stand first is served all the same', () => {
  const serialize = createEventSerializer('c', 't');
  const event: TurnEvent = { lastSeq: 2, type: 'turn-sealed' };
  expect(JSON.parse(serialize(event, 0))).toEqual({
    ...event,
    conversationId: 'c',
    turnId: 't',
    n: 0,
  });
});
