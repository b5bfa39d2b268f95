import { expect, test } from 'vitest';
import { createFollower, type FollowPlace } from './follower.ts';
import { TurnLog } from './turn-log.ts';

function openLog(turnId: string): TurnLog {
  return new TurnLog({ conversationId: 'c', turnId, base: 0, account: () => {} });
}

function placeOf(running: TurnLog | undefined, newest: TurnLog): FollowPlace {
  return { running: () => running, newest: () => newest, lastSeq: async () => 7 };
}

test('a follower of a turn reads what is there, waits, and ends with the turn', async () => {
  const log = openLog('t');
  log.append('0');
  const follower = createFollower({ place: placeOf(log, log), log, from: 0, scope: 'turn' });
  expect(await follower.next(100)).toEqual({ events: ['0'] });
  const waiting = follower.next(100);
  log.append('1');
  log.append('2');
  expect(await waiting).toEqual({ events: ['1', '2'] });
  const end = follower.next(100);
  log.close(0);
  expect(await end).toBeUndefined();
});

test('a follower of a conversation goes on with the next turn', async () => {
  const first = openLog('a');
  const second = openLog('b');
  first.append('a0');
  const follower = createFollower({
    place: placeOf(first, first),
    log: first,
    from: 0,
    scope: 'conversation',
  });
  expect(await follower.next(100)).toEqual({ events: ['a0'] });
  const waiting = follower.next(100);
  first.close(0);
  second.append('b0');
  first.successor = second;
  first.wake();
  expect(await waiting).toEqual({ events: ['b0'] });
  const closing = follower.next(100);
  follower.close();
  expect(await closing).toBeUndefined();
});

test('a reader that falls out of the window is told, and goes on behind the last commit', async () => {
  const log = openLog('t');
  for (const text of ['0', '1', '2', '3']) log.append(text);
  log.commitNumber = 1;
  log.committedSeq = 3;
  const follower = createFollower({ place: placeOf(log, log), log, from: 0, scope: 'turn' });
  log.shrinkTo(2 * 65);
  expect(log.firstNumber).toBe(2);
  expect(await follower.next(100)).toEqual({ resync: { lastSeq: 3 } });
  expect(await follower.next(100)).toEqual({ events: ['2', '3'] });
});

test('without a running turn a resync of a turn is the end', async () => {
  const log = openLog('t');
  const follower = createFollower({
    place: placeOf(undefined, log),
    log: undefined,
    from: 0,
    scope: 'turn',
    isLost: true,
  });
  expect(await follower.next(100)).toEqual({ resync: { lastSeq: 7 } });
  expect(await follower.next(100)).toBeUndefined();
});

test('a log that breaks off lets those go that were there, and serves those that come back', async () => {
  const log = openLog('t');
  log.append('done');
  const before = createFollower({ place: placeOf(log, log), log, from: 0, scope: 'turn' });
  log.breakOff();
  expect(await before.next(100)).toEqual({ events: ['done'] });
  expect(await before.next(100)).toBeUndefined();
  const after = createFollower({ place: placeOf(log, log), log, from: 1, scope: 'turn' });
  const waiting = after.next(100);
  log.append('sealed');
  log.close(0);
  expect(await waiting).toEqual({ events: ['sealed'] });
  expect(await after.next(100)).toBeUndefined();
});
