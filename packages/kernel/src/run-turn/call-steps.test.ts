import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { CallSteps, type CallStepsParts, noSteps } from './call-steps.ts';
import { standardLimits } from './limits.ts';
import type { ToolStep } from './options.ts';

function start(parts: Partial<CallStepsParts> = {}) {
  const recorded: ToolStep[] = [];
  const steps = new CallSteps({
    limits: standardLimits,
    recorded: [],
    record: async (step) => void recorded.push(step),
    ...parts,
  });
  return { steps, recorded };
}

describe('CallSteps', () => {
  it('records what a step returns before it returns it', async () => {
    const recording = Promise.withResolvers<void>();
    const { steps } = start({ record: () => recording.promise });
    let value: string | undefined;
    const doing = steps.do('fetch', () => 'page').then((page) => (value = page));
    await new Promise((resolve) => setImmediate(resolve));
    expect(value).toBeUndefined();
    recording.resolve();
    expect(await doing).toBe('page');
  });

  it('gives back what is recorded, and does not run it', async () => {
    const page = { words: ['a'] };
    const { steps, recorded } = start({ recorded: [{ name: 'fetch', value: page }] });
    const found = await steps.do('fetch', (): { words: string[] } => expect.unreachable());
    expect(found).toEqual(page);
    found.words.push('b');
    expect(page).toEqual({ words: ['a'] });
    expect(recorded).toEqual([]);
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['null', null, null],
    ['-0', -0, 0],
    ['a lone surrogate', { 'k\ud800': 'v\udc00' }, { 'k\ufffd': 'v\ufffd' }],
    ['NUL', '\u0000', '\u0000'],
    ['a date', Object(new Date(0)), '1970-01-01T00:00:00.000Z'],
    ['a field that JSON leaves out', Object({ a: 1, b: undefined }), { a: 1 }],
  ])('gives %s in the first run as in a rerun', async (_, value, expected) => {
    const { steps, recorded } = start();
    expect(await steps.do('step', () => value)).toStrictEqual(expected);
    const again = start({ recorded: JSON.parse(JSON.stringify(recorded)) });
    expect(await again.steps.do('step', () => 'not run')).toStrictEqual(expected);
  });

  it('keeps apart what the tool is given, what is recorded and what the step returned', async () => {
    const { steps, recorded } = start();
    const own = { list: [1] };
    const given = await steps.do('step', () => own);
    given.list.push(2);
    own.list.push(3);
    expect(recorded[0]?.value).toEqual({ list: [1] });
  });

  it('refuses a value that is no JSON, too deep or too large, and records nothing', async () => {
    const { steps, recorded } = start({ limits: { maxToolSteps: 9, toolStepBytes: 100 } });
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    let deep: JsonValue = 1;
    for (let level = 0; level < 300; level += 1) deep = [deep];
    for (const value of [undefined, () => 1, 1n, cycle, deep]) {
      const doing = steps.do('step', (): JsonValue => Object({ value }).value);
      await expect(doing).rejects.toThrow('is no JSON, or nests deeper than 256 levels');
    }
    await expect(steps.do('step', () => 'é'.repeat(50))).rejects.toThrow('larger than 100 bytes');
    expect(await steps.do('step', () => 'é'.repeat(49))).toHaveLength(49);
    expect(recorded).toHaveLength(1);
  });

  it('takes a name once, but again where its step failed', async () => {
    const { steps, recorded } = start({ recorded: [{ name: 'old', value: 1 }] });
    const fail = () => Promise.reject(new Error('no answer'));
    await expect(steps.do('step', fail)).rejects.toThrow('no answer');
    expect(recorded).toEqual([]);
    const first = steps.do('step', () => 1);
    await expect(steps.do('step', () => 2)).rejects.toThrow('"step" was done already');
    expect(await first).toBe(1);
    await expect(steps.do('step', () => 2)).rejects.toThrow('give each its own name');
    await steps.do('old', () => 2);
    await expect(steps.do('old', () => 2)).rejects.toThrow('was done already');
  });

  it.each(['', 'x'.repeat(201), 'a\nb', '#input', '\u0000', '\ud800', Object(7)])(
    'refuses %j as a name',
    async (name) => {
      const { steps } = start();
      await expect(steps.do(name, () => 1)).rejects.toThrow('The name of a step is');
    },
  );

  it('has a limit on its steps, those of earlier runs included', async () => {
    const limits = { maxToolSteps: 3, toolStepBytes: 100 };
    const { steps } = start({ limits, recorded: [{ name: 'old', value: 1 }] });
    await steps.do('a', () => 1);
    await expect(steps.do('b', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await steps.do('b', () => 1);
    await expect(steps.do('c', () => 1)).rejects.toThrow('A call can record 3 steps');
    expect(await steps.do('old', () => 2)).toBe(1);
  });

  it('lets steps overlap', async () => {
    const { steps, recorded } = start();
    const slow = Promise.withResolvers<number>();
    const both = Promise.all([steps.do('slow', () => slow.promise), steps.do('quick', () => 2)]);
    await steps.do('next', () => 3);
    slow.resolve(1);
    expect(await both).toEqual([1, 2]);
    expect(recorded.map(({ name }) => name).sort()).toEqual(['next', 'quick', 'slow']);
  });

  it('starts none once it is stopped, and records none once it is closed', async () => {
    const { steps, recorded } = start();
    const running = Promise.withResolvers<number>();
    const left = Promise.withResolvers<number>();
    const finished = steps.do('finished', () => running.promise);
    const late = steps.do('late', () => left.promise);
    steps.stop('aborted');
    await expect(steps.do('next', () => expect.unreachable())).rejects.toThrow('aborted');
    running.resolve(1);
    expect(await finished).toBe(1);
    steps.close();
    left.resolve(2);
    await expect(late).rejects.toThrow('The call is over');
    expect(recorded.map(({ name }) => name)).toEqual(['finished']);
  });

  it('settles with the last recording, whether it succeeds or not', async () => {
    const recording = Promise.withResolvers<void>();
    const { steps } = start({ record: () => recording.promise });
    const doing = steps.do('step', () => 1);
    await new Promise((resolve) => setImmediate(resolve));
    let isSettled = false;
    const settled = steps.settled().then(() => (isSettled = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    recording.reject(new Error('the store is away'));
    await expect(doing).rejects.toThrow('the store is away');
    await settled;
  });
});

describe('noSteps', () => {
  it('does nothing, and says what to do', async () => {
    const doing = noSteps.do('step', () => expect.unreachable());
    await expect(doing).rejects.toThrow('isDurable: true');
  });
});
