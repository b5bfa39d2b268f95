import {
  extensionConformance,
  fakeExtensionContext,
  memoryBus,
  virtualRuntime,
} from '@dispatch/conformance';
import type { Bus, FileTouch, Store, ToldEvent } from '@dispatch/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import extension, { createCollisions, type RunningCollisions } from './index.ts';
import { keptMs } from './touched-files.ts';

extensionConformance('collisions', extension, () => ({
  needed: { bus: memoryBus().join('host') },
}));

let runtime: ReturnType<typeof virtualRuntime>;
const running: RunningCollisions[] = [];
beforeEach(() => {
  runtime = virtualRuntime();
});
afterEach(() => {
  for (const one of running.splice(0)) one.dispose();
});

interface Parts {
  readonly bus?: Bus;
  readonly store?: Pick<Store, 'readHeads'>;
  readonly machine?: string;
}

async function makeHost(parts: Parts = {}) {
  const { logger, signal, records } = fakeExtensionContext({ runtime });
  const made = createCollisions({ machine: 'laptop', ...parts, runtime, logger, signal });
  running.push(made);
  const told: ToldEvent[] = [];
  made.turnEvents.subscribe((event) => told.push(event));
  const touch = async (conversationId: string, more: Partial<FileTouch> = {}) => {
    told.length = 0;
    await made.collisions.touched({ conversationId, path: '/repo/a.ts', ...more });
    // As far as other hosts are told.
    const here = [...told];
    await settled();
    expect(told).toEqual(here);
    return told.map(({ conversationId: to, event }) => ({
      to,
      severity: event.severity,
      others: event.others,
    }));
  };
  return { ...made, told, touch, records };
}

/** All that is ready has run. */
async function settled(): Promise<void> {
  for (let round = 0; round < 10; round++) await Promise.resolve();
}

const lines = (first: number, last = first): Pick<FileTouch, 'lines'> => ({
  lines: [[first, last]],
});

describe('two conversations on one file', () => {
  it('are both told: who, where, how close', async () => {
    const { touch, told } = await makeHost();
    expect(await touch('a', lines(10, 12))).toEqual([]);
    await touch('b', lines(12));
    expect(told).toEqual([
      {
        conversationId: 'b',
        event: {
          type: 'collision',
          path: '/repo/a.ts',
          severity: 'same-line',
          others: [{ conversationId: 'a', lines: [[10, 12]] }],
        },
      },
      {
        conversationId: 'a',
        event: {
          type: 'collision',
          path: '/repo/a.ts',
          severity: 'same-line',
          others: [{ conversationId: 'b', lines: [[12, 12]] }],
        },
      },
    ]);
  });

  it.each([
    [17, 'adjacent-line'],
    [18, 'different-area'],
  ])('on lines 12 and %i are on %s', async (line, severity) => {
    const { touch } = await makeHost();
    await touch('a', lines(10, 12));
    expect((await touch('b', lines(line)))[0]).toMatchObject({ to: 'b', severity });
  });

  it('are told of far lines once, of near ones each time', async () => {
    const { touch } = await makeHost();
    await touch('a', lines(1));
    expect(await touch('b', lines(100))).toHaveLength(2);
    expect(await touch('b', lines(90))).toHaveLength(0);
    expect(await touch('a', lines(50))).toHaveLength(0);
    expect(await touch('a', lines(88))).toHaveLength(2);
    expect(await touch('a', lines(88))).toHaveLength(2);
  });

  it('are compared where their lines stand now', async () => {
    const { touch } = await makeHost();
    await touch('a', lines(10));
    await touch('b', { ...lines(1, 100), hunks: [{ line: 1, removed: 0, added: 100 }] });
    expect((await touch('c', lines(110)))[0]).toMatchObject({
      severity: 'same-line',
      others: [
        { conversationId: 'a', lines: [[110, 110]] },
        { conversationId: 'b', lines: [[1, 100]] },
      ],
    });
  });

  it('meet where one of them changed all of it', async () => {
    const { touch } = await makeHost();
    await touch('a');
    expect(await touch('b', lines(7))).toEqual([
      { to: 'b', severity: 'same-line', others: [{ conversationId: 'a' }] },
      { to: 'a', severity: 'same-line', others: [{ conversationId: 'b', lines: [[7, 7]] }] },
    ]);
  });

  it('do not meet in different files, nor on different computers, nor one with itself', async () => {
    const { touch } = await makeHost();
    await touch('a');
    expect(await touch('a')).toEqual([]);
    expect(await touch('b', { path: '/repo/b.ts' })).toEqual([]);
    expect(await touch('b', { computerId: 'build' })).toEqual([]);
    expect(await touch('c', { computerId: 'build' })).toHaveLength(2);
  });

  it('are forgotten after an hour', async () => {
    const { touch } = await makeHost();
    await touch('a');
    await touch('c', { path: '/repo/c.ts' });
    await runtime.advance(keptMs - 1);
    expect(await touch('b')).toHaveLength(2);
    await runtime.advance(1);
    expect((await touch('c')).map(({ to }) => to)).toEqual(['c', 'b']);
  });

  it('are forgotten with their conversation', async () => {
    const there = new Set(['a', 'b']);
    const heads = (ids: readonly string[]) =>
      ids.filter((id) => there.has(id)).map((conversationId) => ({ conversationId, lastSeq: 1 }));
    const { touch } = await makeHost({ store: { readHeads: async (ids) => heads(ids) } });
    await touch('a');
    there.delete('a');
    expect(await touch('b')).toEqual([]);
    there.add('a');
    expect(await touch('b')).toEqual([]);
  });

  it('are told all the same where the store does not answer, or not soon', async () => {
    const answers = [() => Promise.reject(new Error('down')), () => new Promise<never>(() => {})];
    for (const readHeads of answers) {
      const { touch } = await makeHost({ store: { readHeads } });
      await touch('a');
      const telling = touch('b');
      await runtime.advance(1000);
      expect(await telling).toHaveLength(2);
    }
  });
});

describe('several hosts', () => {
  it('tell the same, each to its own', async () => {
    const bus = memoryBus();
    const [one, two] = [
      await makeHost({ bus: bus.join('one') }),
      await makeHost({ bus: bus.join('two') }),
    ];
    await Promise.all([one.listen(), two.listen()]);
    await one.touch('a', lines(1));
    await two.touch('b', lines(3));
    expect(one.told).toEqual(two.told);
    expect(one.told.map(({ conversationId }) => conversationId)).toEqual(['b', 'a']);
  });

  it('know what was touched before one of them came', async () => {
    const bus = memoryBus();
    const one = await makeHost({ bus: bus.join('one') });
    await one.listen();
    await one.touch('a', lines(1));
    await runtime.advance(keptMs / 2);
    const two = await makeHost({ bus: bus.join('two') });
    await two.listen();
    await settled();
    expect(await two.touch('b', lines(1))).toHaveLength(2);
    await runtime.advance(keptMs / 2);
    expect((await two.touch('c', lines(1))).map(({ to }) => to)).toEqual(['c', 'b']);
  });

  it('on different machines share no local files, but those of a computer', async () => {
    const bus = memoryBus();
    const one = await makeHost({ bus: bus.join('one') });
    const two = await makeHost({ bus: bus.join('two'), machine: 'server' });
    await Promise.all([one.listen(), two.listen()]);
    await one.touch('a');
    await one.touch('a', { computerId: 'build' });
    expect(await two.touch('b')).toEqual([]);
    expect(await two.touch('b', { computerId: 'build' })).toHaveLength(2);
  });

  it('go on without a bus that is down, and hear the others once it is up', async () => {
    const bus = memoryBus().join('one');
    let isDown = true;
    const shaky: Bus = {
      publish: bus.publish,
      subscribe: (topic, listener) =>
        isDown ? Promise.reject(new Error('down')) : bus.subscribe(topic, listener),
    };
    const { listen, touch, records } = await makeHost({ bus: shaky });
    let isListening = false;
    const listening = listen().then(() => {
      isListening = true;
    });
    await settled();
    await touch('a');
    expect(await touch('b')).toHaveLength(2);
    expect([isListening, records.length]).toEqual([false, 1]);
    isDown = false;
    await runtime.advance(30_000);
    await listening;
  });

  it('pay no heed to what is none of their messages', async () => {
    const bus = memoryBus();
    const [one, other] = [await makeHost({ bus: bus.join('one') }), bus.join('other')];
    await one.listen();
    for (const text of ['', '{', '{}', '{"kind":"touch"}', '{"kind":"known","traces":[1]}']) {
      other.publish('collisions', text);
    }
    await settled();
    expect(one.told).toEqual([]);
  });
});

it('lets nobody harm another: a listener that throws, one that left', async () => {
  const { turnEvents, touch } = await makeHost();
  turnEvents.subscribe(() => {
    throw new Error('no');
  });
  const late: ToldEvent[] = [];
  const leave = turnEvents.subscribe((event) => late.push(event));
  await touch('a');
  leave();
  expect(await touch('b')).toHaveLength(2);
  expect(late).toEqual([]);
});
