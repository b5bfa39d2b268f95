import { expect, test } from 'vitest';
import { LateSignal, withSignal } from './late-signal.ts';

function counted() {
  let made = 0;
  const late = new LateSignal({
    newCallId: () => '',
    sleep: async () => {},
    newAbortController: () => {
      made += 1;
      return new AbortController();
    },
  });
  return { late, made: () => made };
}

test('a signal is made once, when it is first asked for, and knows of an earlier abort', () => {
  const { late, made } = counted();
  const context = withSignal({ callId: 'c' }, late);
  late.abort('stopped');
  expect(made()).toBe(0);
  expect(context.signal.aborted).toBe(true);
  expect(context.signal).toBe(context.signal);
  expect(made()).toBe(1);
});

test('a copy of what has it has the same signal, and others have their own', () => {
  const { late } = counted();
  const context = withSignal({ callId: 'c' }, late);
  const copy = { ...context, callId: 'd' };
  expect(copy.signal).toBe(context.signal);
  expect(copy.callId).toBe('d');
  expect(withSignal({}, counted().late).signal).not.toBe(context.signal);
});
