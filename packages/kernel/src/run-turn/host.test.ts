import { describe, expect, it } from 'vitest';
import { batch, playTurn, startTurn, type TurnParts } from '../__fixtures__/start-turn.ts';
import { fakeKernelRuntime, finish, plainTool, text, toolCall } from '../testing/index.ts';
import type { TurnHost } from './options.ts';

const noted = () => {
  const log: string[] = [];
  const host: TurnHost = {
    onStepResponse: async ({ chunks }) => void log.push(`response ${chunks.length}`),
    onCallStart: async ({ callId }) => void log.push(`start ${callId}`),
    onCallEnd: async ({ callId, isError }) => void log.push(`end ${callId} ${isError}`),
    onStepComplete: async ({ index }) => ({ committedSeq: log.push(`commit ${index}`) }),
  };
  const tools = (['pure', 'unsafe', 'idempotent'] as const).map((effect) =>
    plainTool({ name: effect, effect, run: (_, { callId }) => `${log.push(`run ${callId}`)}` }),
  );
  return { log, host, tools };
};

const twoSteps = [
  batch(toolCall('unsafe', {}, 'c1'), finish('tool-calls')),
  batch(text('ok'), finish()),
];
const failing = (): Promise<never> => Promise.reject(new Error('the store is away'));

describe('the host', () => {
  it('commits each step before the next one starts', async () => {
    const runtime = fakeKernelRuntime();
    const turn = await playTurn({
      runtime,
      tools: [plainTool({ name: 'unsafe' })],
      host: { onStepComplete: () => runtime.sleep(100).then(() => ({ committedSeq: 0 })) },
      script: twoSteps,
    });
    const started = turn.events.flatMap(({ type }, index) =>
      type === 'step-start' ? [turn.times[index]] : [],
    );
    expect(started).toEqual([0, 100]);
  });

  it('is handed the response before the first call that is not pure, and each such call before and after', async () => {
    const { log, host, tools } = noted();
    await playTurn({
      tools,
      host,
      script: [
        batch(
          ...[
            toolCall('pure', {}, 'p'),
            toolCall('unsafe', {}, 'u'),
            toolCall('idempotent', {}, 'i'),
          ],
          finish('tool-calls'),
        ),
        batch(toolCall('pure', {}, 'q'), finish('tool-calls')),
      ],
    });
    expect(log).toEqual([
      ...['run p', 'response 3', 'start u', 'run u', 'end u false'],
      ...['start i', 'run i', 'end i false', 'commit 0', 'run q', 'commit 1', 'commit 2'],
    ]);
  });

  it.each(['onStepResponse', 'onCallStart', 'onCallEnd', 'onStepComplete'] as const)(
    'ends the turn where %s rejects, without another write',
    async (name) => {
      const { log, host, tools } = noted();
      const turn = await playTurn({
        tools,
        host: { ...host, [name]: failing },
        script: [
          batch(toolCall('unsafe', {}, 'c1'), toolCall('unsafe', {}, 'c2'), finish('tool-calls')),
        ],
      });
      expect(turn.end).toMatchObject({
        finishReason: 'error',
        error: { code: 'store-unavailable' },
        isEndCommitted: false,
        steps: 0,
      });
      expect(turn.types().slice(-2)).toEqual(['error', 'done']);
      expect(turn.types()).not.toContain('step-complete');
      const before = { onStepResponse: 0, onCallStart: 1, onCallEnd: 3, onStepComplete: 7 };
      expect(log).toHaveLength(before[name]);
      if (name !== 'onStepComplete') expect(log).not.toContain('run c2');
    },
  );

  it('has the calls cut off that run beside one that it could not record', async () => {
    const runtime = fakeKernelRuntime();
    const slow = plainTool({
      name: 'slow',
      isConcurrent: true,
      run: (_, { signal }) => runtime.sleep(60_000, signal).then(() => ''),
    });
    const turn = await playTurn({
      runtime,
      tools: [slow],
      host: {
        onCallStart: async ({ callId }) => {
          if (callId === 'c2') throw new Error('the store is away');
        },
      },
      script: [batch(toolCall('slow', {}, 'c1'), toolCall('slow', {}, 'c2'), finish('tool-calls'))],
    });
    expect(turn.end.error?.code).toBe('store-unavailable');
    expect(runtime.now()).toBeLessThanOrEqual(100);
  });

  it('adds queued messages at each tool boundary, told once they are taken', async () => {
    const queue = [
      [
        {
          queueId: 'q1',
          message: 'also this',
          content: [{ type: 'text', text: 'also this' }] as const,
        },
      ],
    ];
    const turn = await playTurn({
      tools: [plainTool({ name: 'unsafe' })],
      host: { takeSteering: async () => queue.shift() ?? [] },
      script: twoSteps,
    });
    expect(turn.types().filter((type) => !type.startsWith('t'))).toEqual([
      ...['step-start', 'step-complete', 'steering', 'step-start', 'step-complete', 'done'],
    ]);
    expect(turn.eventsOf('steering')[0]?.messages).toEqual([
      { queueId: 'q1', message: 'also this' },
    ]);
    expect(turn.provider.requests[1]?.messages.at(-1)).toEqual({
      role: 'user',
      content: [{ type: 'text', text: 'also this' }],
    });
    const failed = await playTurn({
      tools: [plainTool({ name: 'unsafe' })],
      host: { takeSteering: failing },
      script: twoSteps,
    });
    expect(failed.end).toMatchObject({ error: { code: 'store-unavailable' }, steps: 1 });
  });
});

describe('a turn that is put away', () => {
  it('ends at the next step boundary, without `done`', async () => {
    const turn = startTurn({
      tools: [plainTool({ name: 'unsafe' })],
      script: [[100, ...(twoSteps[0] ?? [])]],
    });
    await turn.runtime.clock.advance(50);
    turn.suspend();
    const end = await turn.finish();
    expect(end).toMatchObject({ isSuspended: true, steps: 1, isEndCommitted: false });
    expect(turn.types().at(-1)).toBe('step-complete');
  });

  it('lets a call with effects that runs end and be committed first', async () => {
    const { log, host } = noted();
    const runtime = fakeKernelRuntime();
    const turn = startTurn({
      runtime,
      host,
      tools: [
        plainTool({
          name: 'unsafe',
          run: (_, { signal }) => runtime.sleep(1000, signal).then(() => `${signal.aborted}`),
        }),
      ],
      script: twoSteps,
    });
    await runtime.clock.advance(500);
    turn.suspend();
    expect(await turn.finish()).toMatchObject({ isSuspended: true, steps: 1 });
    expect(log).toEqual(['response 1', 'start c1', 'end c1 false', 'commit 0']);
    expect(turn.eventsOf('tool-result')).toMatchObject([
      { content: [{ text: 'false' }], durationMs: 1000 },
    ]);
    expect(turn.types().at(-1)).toBe('step-complete');
    expect(turn.provider.requests).toHaveLength(1);
  });

  const asking: TurnParts = {
    tools: noted().tools,
    hooks: [
      {
        name: 'consent',
        beforeToolCall: ({ name }) =>
          name === 'unsafe' ? { decision: 'ask', reason: 'sure?' } : { decision: 'allow' },
      },
    ],
    script: [
      batch(
        ...[text('I will'), toolCall('unsafe', {}, 'u'), toolCall('idempotent', {}, 'i')],
        finish('tool-calls'),
      ),
    ],
  };

  it('for a person has its response and what ran recorded, and no step committed', async () => {
    const { log, host } = noted();
    const ask = async () => ({ decision: 'suspend' }) as const;
    const turn = await playTurn({ ...asking, host: { ...host, ask } });
    expect(turn.end).toMatchObject({ isSuspended: true, steps: 0 });
    expect(turn.types()).not.toContain('done');
    expect(turn.types()).not.toContain('step-complete');
    expect(log).toEqual(['response 3', 'start i', 'end i false']);
    expect(turn.sink.spans().every(({ close }) => close !== undefined)).toBe(true);
  });

  it('for a person has its response recorded before the person is asked, whatever the tool', async () => {
    const { log, host, tools } = noted();
    const ask = async () => {
      log.push('ask');
      return { decision: 'allow' } as const;
    };
    await playTurn({
      ...{
        tools,
        hooks: [{ name: 'h', beforeToolCall: () => ({ decision: 'ask', reason: '?' }) }],
      },
      host: { ...host, ask },
      // The one that only reads could start while the rest is still to come.
      script: [[[toolCall('pure', {}, 'p')], 100, [text('and'), finish('tool-calls')]]],
    });
    expect(log.slice(0, 2)).toEqual(['response 2', 'ask']);
  });

  it('for a person is recorded where nothing else ran, too; an abort gives the call its result', async () => {
    const { log, host } = noted();
    const script = [batch(toolCall('unsafe', {}, 'u'), finish('tool-calls'))];
    const ask = async () => ({ decision: 'suspend' }) as const;
    await playTurn({ ...asking, script, host: { ...host, ask } });
    expect(log).toEqual(['response 1']);
    const runtime = fakeKernelRuntime();
    const slow = plainTool({
      name: 'idempotent',
      run: (_, { signal }) => runtime.sleep(9e6, signal).then(() => ''),
    });
    const turn = startTurn({
      ...asking,
      runtime,
      tools: [...noted().tools.filter(({ name }) => name === 'unsafe'), slow],
      host: { ask },
    });
    await runtime.clock.advance(10);
    turn.abort();
    expect(await turn.finish()).toMatchObject({ finishReason: 'aborted', steps: 1 });
    const results = turn.steps[0]?.chunks.filter(({ role }) => role === 'tool');
    expect(results).toMatchObject([{ chunk: { callId: 'u', interrupted: true } }, {}]);
  });

  it('for a person goes on where the stream breaks off: nobody is asked, the call was not run', async () => {
    const turn = await playTurn({
      tools: noted().tools,
      hooks: [{ name: 'h', beforeToolCall: () => ({ decision: 'ask', reason: 'sure?' }) }],
      host: { ask: async () => ({ decision: 'allow' }) },
      script: [[[toolCall('pure')], 10, [finish('length')]]],
    });
    expect(turn.end.finishReason).toBe('length');
    expect(turn.eventsOf('tool-result')).toMatchObject([{ isError: true }]);
    expect(turn.eventsOf('tool-result')[0]).not.toHaveProperty('interrupted');
  });
});
