import { CodedError } from '@dispatch/contracts';
import { expect, test } from 'vitest';
import { createFollower, type FollowPlace, type Position } from './follower.ts';
import { TurnLog } from './turn-log.ts';

function openLog(turnId: string, more: Partial<ConstructorParameters<typeof TurnLog>[0]> = {}) {
  return new TurnLog({ conversationId: 'c', turnId, base: 0, account: () => {}, ...more });
}

const nowhere: Position = { log: undefined, from: 0 };

function placeOf(more: Partial<FollowPlace> = {}): FollowPlace {
  return {
    afterCommit: async () => ({ position: nowhere, lastSeq: 7 }),
    elsewhere: async () => nowhere,
    newest: () => openLog('newest'),
    onNewer: () => () => {},
    isOver: () => false,
    pause: async () => {},
    ...more,
  };
}

test('a follower of a turn reads what is there, waits, and ends with the turn', async () => {
  const log = openLog('t');
  log.append('0');
  const start = { log, from: 0 };
  const follower = createFollower({ place: placeOf(), start, scope: 'turn' });
  expect(await follower.next(100)).toEqual({ events: ['0'] });
  const waiting = follower.next(100);
  log.append('1');
  log.append('2');
  expect(await waiting).toEqual({ events: ['1', '2'] });
  const end = follower.next(100);
  log.close(0);
  expect(await end).toBeUndefined();
});

test.each([
  ['goes on with the next turn', 3, { events: ['b0'] }],
  ['is told where a turn has passed unseen', 4, { resync: { lastSeq: 7 } }],
])('a follower of a conversation %s', async (_, previousSeq, next) => {
  const first = openLog('a');
  const second = openLog('b', { previousSeq });
  first.append('a0');
  const follower = createFollower({
    place: placeOf({ newest: () => first }),
    start: { log: first, from: 0 },
    scope: 'conversation',
  });
  expect(await follower.next(100)).toEqual({ events: ['a0'] });
  const waiting = follower.next(100);
  first.committedSeq = 3;
  first.close(0);
  second.append('b0');
  first.successor = second;
  first.wake();
  expect(await waiting).toEqual(next);
  const closing = follower.next(100);
  follower.close();
  expect(await closing).toBeUndefined();
});

test('a reader that falls out of the window is told, and goes on behind the last commit', async () => {
  const log = openLog('t');
  for (const text of ['0', '1', '2', '3']) log.append(text);
  log.commitNumber = 1;
  const place = placeOf({
    afterCommit: async () => ({ position: { log, from: 2 }, lastSeq: 3 }),
  });
  const follower = createFollower({ place, start: { log, from: 0 }, scope: 'turn' });
  log.shrinkTo(2 * 65);
  expect(log.firstNumber).toBe(2);
  expect(await follower.next(100)).toEqual({ resync: { lastSeq: 3 } });
  expect(await follower.next(100)).toEqual({ events: ['2', '3'] });
});

test('without a running turn a resync of a turn is the end', async () => {
  const follower = createFollower({
    place: placeOf(),
    start: nowhere,
    scope: 'turn',
    isLost: true,
  });
  expect(await follower.next(100)).toEqual({ resync: { lastSeq: 7 } });
  expect(await follower.next(100)).toBeUndefined();
});

test('a log that breaks off lets those go that were there, and serves those that come back', async () => {
  const log = openLog('t');
  log.append('done');
  const before = createFollower({ place: placeOf(), start: { log, from: 0 }, scope: 'turn' });
  log.breakOff();
  expect(await before.next(100)).toEqual({ events: ['done'] });
  expect(await before.next(100)).toBeUndefined();
  const after = createFollower({ place: placeOf(), start: { log, from: 1 }, scope: 'turn' });
  const waiting = after.next(100);
  log.append('sealed');
  log.close(0);
  expect(await waiting).toEqual({ events: ['sealed'] });
  expect(await after.next(100)).toBeUndefined();
});

const stride = 2 ** 32;

test.each([
  ['its last commit was seen', 1, { events: ['reset'] }],
  ['its last commit was not', 2, { resync: { lastSeq: 7 } }],
])('a reader of a turn that has a new owner reads on there where %s', async (_, from, next) => {
  const log = openLog('t');
  log.append('0');
  log.append('1');
  const follower = createFollower({ place: placeOf(), start: { log, from: 0 }, scope: 'turn' });
  expect(await follower.next(100)).toEqual({ events: ['0', '1'] });
  const waiting = follower.next(100);
  const continuation = openLog('t', { base: stride, earlierOwnerFrom: from });
  continuation.append('reset');
  log.continueIn(continuation, 0);
  expect(await waiting).toEqual(next);
});

test('a reader of a turn that is lost to this host is led to it, and lets go when it leaves', async () => {
  const log = openLog('t');
  const elsewhere = openLog('t', { base: 1 });
  elsewhere.append('1');
  let isHeld = true;
  const release = () => {
    isHeld = false;
  };
  const place = placeOf({ elsewhere: async () => ({ log: elsewhere, from: 1, release }) });
  const follower = createFollower({ place, start: { log, from: 0 }, scope: 'turn' });
  const waiting = follower.next(100);
  log.append('0');
  expect(await waiting).toEqual({ events: ['0'] });
  log.close(0, 'moved');
  expect(await follower.next(100)).toEqual({ events: ['1'] });
  expect(isHeld).toBe(true);
  follower.close();
  expect(isHeld).toBe(false);
});

test('a reader behind a commit whose next events are gone waits for the next one, and is told then', async () => {
  const log = openLog('t');
  log.commitNumber = 0;
  for (const text of ['0', '1', '2', '3']) log.append(text);
  log.shrinkTo(65);
  const place = placeOf({ afterCommit: async () => ({ position: { log, from: 5 }, lastSeq: 9 }) });
  const follower = createFollower({ place, start: { log, from: 1 }, scope: 'turn' });
  let isTold = false;
  const waiting = follower.next(100).finally(() => {
    isTold = true;
  });
  log.append('4');
  await Promise.resolve();
  expect(isTold).toBe(false);
  log.commitNumber = 4;
  log.append('5');
  expect(await waiting).toEqual({ resync: { lastSeq: 9 } });
  expect(await follower.next(100)).toEqual({ events: ['5'] });
});

test.each([
  ['conversation', 'store-unavailable', { resync: { lastSeq: 7 } }],
  ['conversation', 'conversation-not-found', undefined],
  ['turn', 'store-unavailable', undefined],
] as const)('a follower of a %s that meets %s goes on with %o', async (scope, code, next) => {
  let asked = 0;
  let pauses = 0;
  const place = placeOf({
    afterCommit: async () => {
      asked += 1;
      if (asked < 3) throw new CodedError(code, { message: 'no' });
      return { position: nowhere, lastSeq: 7 };
    },
    pause: async () => {
      pauses += 1;
    },
  });
  const follower = createFollower({ place, start: nowhere, scope, isLost: true });
  expect(await follower.next(100)).toEqual(next);
  expect(pauses).toBe(next === undefined ? 0 : 2);
});
