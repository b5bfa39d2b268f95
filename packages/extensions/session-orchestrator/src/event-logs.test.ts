import { expect, test } from 'vitest';
import { EventLogs, keepSealedMs } from './event-logs.ts';
import { floorBytes, type TurnLog } from './turn-log.ts';

const kib = 1024;
const mib = 1024 * kib;

function logsOf(maxBytes: number) {
  const dropped: string[] = [];
  const logs = new EventLogs(maxBytes, (log) => dropped.push(log.turnId));
  const open = (turnId: string, bytes: number): TurnLog => {
    const log = logs.open({ conversationId: 'c', turnId, base: 0 });
    for (let held = 0; held < bytes; held += 16 * kib) log.append('x'.repeat(16 * kib - 64));
    return log;
  };
  const seal = (log: TurnLog, at: number) => {
    log.close(at);
    logs.seal(log);
  };
  return { logs, open, seal, dropped };
}

test('over the budget the turns sealed longest ago go first', () => {
  const { logs, open, seal, dropped } = logsOf(2 * mib);
  seal(open('old', 512 * kib), 1);
  seal(open('newer', 512 * kib), 2);
  const running = open('running', 1280 * kib);
  expect(dropped).toEqual(['old']);
  expect(logs.get('newer')).toBeDefined();
  expect(running.firstNumber).toBe(0);
});

test('then the largest running one shrinks, to no less than 256 KiB', () => {
  const { logs, open } = logsOf(1 * mib);
  const small = open('small', 128 * kib);
  const large = open('large', 2 * mib);
  expect(small.firstNumber).toBe(0);
  expect(large.firstNumber).toBeGreaterThan(0);
  expect(large.bytes).toBeGreaterThanOrEqual(floorBytes - 16 * kib);
  expect(small.bytes + large.bytes).toBeLessThanOrEqual(1 * mib + 16 * kib);
  logs.admit();
});

test('where even that is full a new turn is refused with overloaded', () => {
  const { logs, open } = logsOf(1 * mib);
  for (const turnId of ['a', 'b', 'c', 'd']) open(turnId, 256 * kib);
  open('e', 64 * kib);
  expect(() => logs.admit()).toThrow(expect.objectContaining({ code: 'overloaded' }));
});

test('a sealed turn is kept for ten minutes', () => {
  const { logs, open, seal, dropped } = logsOf(8 * mib);
  seal(open('a', kib), 0);
  seal(open('b', kib), 1000);
  logs.expire(keepSealedMs - 1);
  expect(dropped).toEqual([]);
  logs.expire(keepSealedMs);
  expect(dropped).toEqual(['a']);
  expect(logs.get('a')).toBeUndefined();
  expect(logs.get('b')).toBeDefined();
});
