import { describe, expect, it } from 'vitest';
import { batch, playTurn } from '../__fixtures__/start-turn.ts';
import type { TurnHooks } from '../hooks.ts';
import type { Message } from '../message.ts';
import { fakeKernelRuntime, finish, plainTool, text, toolCall } from '../testing/index.ts';
import type { TurnOutcome } from './options.ts';

const user = (value: string): Message => ({
  role: 'user',
  content: [{ type: 'text', text: value }],
});
const script = [
  batch(toolCall('act', { path: 'a' }, 'c1'), finish('tool-calls')),
  batch(text('ok'), finish()),
];
const throws = (): never => {
  throw new Error('hook broke');
};

/** A turn with one call, which notes the inputs that it ran with. */
async function playCall(hooks: TurnHooks[], effect: 'pure' | 'unsafe' = 'unsafe', host = {}) {
  const inputs: unknown[] = [];
  const act = plainTool({ name: 'act', effect, run: (input) => `run ${inputs.push(input)}` });
  const turn = await playTurn({ tools: [act], script, hooks, host });
  return { ...turn, inputs, result: turn.eventsOf('tool-result')[0] };
}

describe('a hook', () => {
  it('sees each step, and adds at the end of what the model is sent', async () => {
    const seen: number[] = [];
    const turn = await playTurn({
      tools: [plainTool({ name: 'act' })],
      script,
      hooks: [
        { name: 'one', beforeStep: ({ index }) => ({ append: [user(`one ${index}`)] }) },
        { name: 'two', beforeStep: ({ messages }) => void seen.push(messages.length) },
      ],
    });
    expect(seen).toEqual([2, 5]);
    const [first, second] = turn.provider.requests;
    expect(second?.messages.slice(0, 2)).toEqual(first?.messages);
    expect(second?.messages.at(-1)).toEqual(user('one 1'));
    const spans = turn.sink.spans('hook').map(({ open }) => open.attributes);
    expect(spans).toMatchObject([
      { hook: 'one', appended: 1 },
      { hook: 'one', appended: 1 },
    ]);
  });

  it('replaces what came before where it is declared as compaction, and only there', async () => {
    const replace = { replace: [user('summary')] };
    const compact = await playTurn({
      tools: [plainTool({ name: 'act' })],
      script,
      hooks: [
        {
          name: 'compaction',
          isCompaction: true,
          beforeStep: ({ index }) => (index === 1 ? replace : undefined),
        },
      ],
    });
    expect(compact.provider.requests[1]?.messages).toEqual([user('summary')]);
    const bodies = compact.sink.spans('prompt').map(({ close }) => close?.body);
    expect(bodies.map((body) => typeof body)).toEqual(['string', 'string']);
    expect(compact.end.messages.map(({ role }) => role)).toEqual([
      ...['user', 'assistant', 'tool', 'assistant'],
    ]);
    const other = await playTurn({ script: [], hooks: [{ name: 'h', beforeStep: () => replace }] });
    expect(other.provider.requests[0]?.messages).toEqual([user('hello')]);
  });

  it('ends the turn before a step', async () => {
    const stop = { stop: { code: 'budget-used-up', message: 'no more' } };
    const turn = await playTurn({ hooks: [{ name: 'budget', beforeStep: () => stop }] });
    expect(turn.types()).toEqual(['error', 'done']);
    expect(turn.end).toMatchObject({
      finishReason: 'error',
      error: { code: 'budget-used-up', message: 'no more', retryable: false },
      steps: 0,
    });
  });

  it.each(['pure', 'unsafe'] as const)('denies a %s call, with its reason', async (effect) => {
    const later: string[] = [];
    const turn = await playCall(
      [
        { name: 'allow', beforeToolCall: () => ({ decision: 'allow' }) },
        { name: 'deny', beforeToolCall: () => ({ decision: 'deny', reason: 'not today' }) },
        {
          name: 'later',
          beforeToolCall: () => ({ decision: 'deny', reason: `${later.push('')}` }),
        },
      ],
      effect,
    );
    expect(turn.inputs).toEqual([]);
    expect(later).toEqual([]);
    expect(turn.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('not today') }],
    });
    expect(turn.result).not.toHaveProperty('interrupted');
    expect(turn.result).not.toHaveProperty('durationMs');
    expect(turn.sink.spans('tool-call')[0]?.close?.attributes).toMatchObject({ deniedBy: 'deny' });
    expect(turn.end.finishReason).toBe('stop');
  });

  it('replaces the input, which is checked again; the next hook sees it', async () => {
    const turn = await playCall([
      { name: 'one', beforeToolCall: () => ({ decision: 'allow', input: { path: 'b' } }) },
      {
        name: 'two',
        beforeToolCall: ({ input }) => ({ decision: 'allow', input: { was: input } }),
      },
    ]);
    expect(turn.inputs).toEqual([{ was: { path: 'b' } }]);
    expect(turn.eventsOf('tool-call')[0]?.input).toEqual({ path: 'a' });
    const attributes = turn.sink.spans('tool-call')[0]?.close?.attributes;
    expect(attributes).toMatchObject({ inputChangedBy: 'two' });
  });

  it('replaces the result', async () => {
    const turn = await playCall([
      {
        name: 'h',
        afterToolResult: (call, result) => ({
          content: [{ type: 'json', value: { id: call.callId, was: result.isError === true } }],
        }),
      },
    ]);
    expect(turn.result?.content).toEqual([{ type: 'json', value: { id: 'c1', was: false } }]);
    const attributes = turn.sink.spans('tool-call')[0]?.close?.attributes;
    expect(attributes).toMatchObject({ resultChangedBy: 'h' });
  });

  it('has a person asked, and acts by the answer', async () => {
    const hooks: TurnHooks[] = [
      { name: 'h', beforeToolCall: () => ({ decision: 'ask', reason: 'sure?' }) },
    ];
    const ask = (answer: object) => playCall(hooks, 'unsafe', { ask: async () => answer });
    expect((await ask({ decision: 'allow' })).inputs).toEqual([{ path: 'a' }]);
    expect((await ask({ decision: 'allow', input: {} })).inputs).toEqual([{}]);
    const denied = await ask({ decision: 'deny', reason: 'no way' });
    expect(JSON.stringify(denied.result)).toContain('no way');
    expect(denied.inputs).toEqual([]);
    const answered = await ask({ decision: 'answer', content: [{ type: 'text', text: 'blue' }] });
    expect(answered.result).toMatchObject({ isError: false, content: [{ text: 'blue' }] });
    expect(answered.inputs).toEqual([]);
    const nobody = await playCall(hooks);
    expect(JSON.stringify(nobody.result)).toContain('sure?');
    expect(nobody.result?.isError).toBe(true);
    const broken = await playCall(hooks, 'unsafe', { ask: throws });
    expect(broken.result?.isError).toBe(true);
    expect(broken.inputs).toEqual([]);
  });

  describe('that takes its time', () => {
    /** Three calls with effects, on the first of which it is decided late. */
    async function playThree(first: TurnHooks['beforeToolCall'], host = {}) {
      const runtime = fakeKernelRuntime();
      const inputs: unknown[] = [];
      const run = (input: unknown) => `run ${inputs.push(input)}`;
      const beforeToolCall: TurnHooks['beforeToolCall'] = async (view) => {
        if (view.callId !== 'c1') return { decision: 'allow' };
        await runtime.sleep(50);
        return first?.(view) ?? { decision: 'allow' };
      };
      await playTurn({
        runtime,
        tools: [
          plainTool({ name: 'act', run }),
          plainTool({ name: 'beside', isConcurrent: true, run }),
        ],
        script: [
          batch(
            ...[
              toolCall('act', { n: 1 }, 'c1'),
              toolCall('beside', { n: 2 }, 'c2'),
              toolCall('act', { n: 3 }, 'c3'),
            ],
            finish('tool-calls'),
          ),
          batch(text('ok'), finish()),
        ],
        hooks: [{ name: 'slow', beforeToolCall }],
        host: {
          ask: async () => {
            await runtime.sleep(50);
            return { decision: 'allow' };
          },
          ...host,
        },
      });
      return inputs.map((input) => (input as { readonly n: number }).n);
    }

    it('changes nothing of the order in which calls with effects run', async () => {
      expect(await playThree(async () => ({ decision: 'allow' }))).toEqual([1, 2, 3]);
      expect(await playThree(async () => ({ decision: 'deny', reason: 'no' }))).toEqual([2, 3]);
      expect(await playThree(throws)).toEqual([2, 3]);
    });

    it('holds up nobody while a person is asked', async () => {
      expect(await playThree(async () => ({ decision: 'ask', reason: 'sure?' }))).toEqual([
        2, 3, 1,
      ]);
    });
  });

  it('has the deadline of a call wait for the person', async () => {
    const runtime = fakeKernelRuntime();
    const turn = await playTurn({
      runtime,
      tools: [plainTool({ name: 'act', timeoutMs: 10 })],
      script,
      hooks: [{ name: 'h', beforeToolCall: () => ({ decision: 'ask', reason: 'sure?' }) }],
      host: {
        async ask() {
          await runtime.sleep(9e6);
          return { decision: 'allow' };
        },
      },
    });
    expect(turn.eventsOf('tool-result')[0]).toMatchObject({ isError: false, durationMs: 0 });
  });

  it('can not break the turn: before a call it denies, elsewhere it has not spoken', async () => {
    const turn = await playCall([
      {
        name: 'broken',
        beforeStep: throws,
        afterToolResult: throws,
        afterAttempt: throws,
        onTurnEnd: throws,
      },
    ]);
    expect(turn.end.finishReason).toBe('stop');
    expect(turn.inputs).toHaveLength(1);
    const logs = turn.sink.records.filter((record) => record.type === 'log');
    expect(logs.map(({ attributes }) => attributes.hook)).toEqual(
      Array(7).fill('broken').slice(0, logs.length),
    );
    expect(logs.length).toBeGreaterThanOrEqual(6);
    const silent = JSON.parse('{}');
    for (const beforeToolCall of [throws, () => Promise.reject(new Error('x')), () => silent.no]) {
      const denied = await playCall([{ name: 'broken', beforeToolCall }]);
      expect(denied.inputs).toEqual([]);
      expect(denied.result?.isError).toBe(true);
      expect(denied.end.finishReason).toBe('stop');
    }
  });

  it('is told how the turn ended, after `done`', async () => {
    const ends: [TurnOutcome, string | undefined][] = [];
    const types: string[] = [];
    const turn = await playTurn({
      script: [batch(text('x'), finish())],
      emit: ({ type }) => void types.push(type),
      hooks: [{ name: 'h', onTurnEnd: (end) => void ends.push([end, types.at(-1)]) }],
    });
    expect(ends).toEqual([[turn.end, 'done']]);
  });
});
