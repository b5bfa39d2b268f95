import type { TurnEvent } from '@dispatch/wire';
import { expect, test } from 'vitest';
import { createTakeovers } from './takeovers.ts';
import { createToldEvents } from './told-events.ts';
import { createViolations } from './violations.ts';

const ownerStride = 2 ** 32;

function delta(n: number, text = 'a'): TurnEvent {
  return { type: 'text-delta', conversationId: 'c', turnId: 't', n, stepId: 't#0', delta: text };
}

function sealed(n: number): TurnEvent {
  return { type: 'turn-sealed', conversationId: 'c', turnId: 't', n, lastSeq: 2 };
}

function tell(...events: readonly TurnEvent[]): readonly string[] {
  const violations = createViolations(() => {});
  const told = createToldEvents(violations, () => {});
  for (const event of events) told.record(event);
  return violations.list;
}

test('the same event may be told to many, and a later owner has numbers of its own', () => {
  expect(tell(delta(0), delta(0), delta(ownerStride, 'b'), sealed(ownerStride + 1))).toEqual([]);
});

test.each([
  ['two events of one number', [delta(0), delta(0, 'b')], 'stands for two events'],
  ['two seals', [sealed(1), sealed(ownerStride)], 'is sealed twice'],
  ['an owner after the seal', [sealed(1), delta(ownerStride)], 'after the seal'],
])('%s are found', (_, events, words) => {
  expect(tell(...events).join()).toContain(words);
});

test('a takeover lasts from the loss of the owner to the first event of the next', () => {
  const violations = createViolations(() => {});
  const takeovers = createTakeovers(violations, 500);
  const turn = { conversationId: 'c', turnId: 't', epoch: 1 };
  takeovers.lost(turn, 1000);
  takeovers.told(delta(7), 1100);
  expect(takeovers.durationsMs).toEqual([]);
  takeovers.told(delta(ownerStride), 1300);
  expect(takeovers.durationsMs).toEqual([300]);
  takeovers.lost({ ...turn, epoch: 2 }, 2000);
  takeovers.told(delta(2 * ownerStride), 2501);
  expect(violations.list).toEqual(['t had no owner for 501 ms']);
});

test('what nobody takes over is told once, and what has ended is not', () => {
  const takeovers = createTakeovers(
    createViolations(() => {}),
    500,
  );
  const turn = { conversationId: 'c', turnId: 't', epoch: 1 };
  takeovers.lost(turn, 0);
  takeovers.lost({ ...turn, turnId: 'ended' }, 0);
  takeovers.ended('ended');
  expect(takeovers.overdue(500)).toEqual([]);
  expect(takeovers.overdue(501)).toEqual([turn]);
  expect(takeovers.overdue(501)).toEqual([]);
});
