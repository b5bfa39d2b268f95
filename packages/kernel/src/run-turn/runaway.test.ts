import { describe, expect, it } from 'vitest';
import { playTurn } from '../__fixtures__/start-turn.ts';
import {
  fakeKernelRuntime,
  finish,
  plainTool,
  type ScriptedAttempt,
  toolCall,
} from '../testing/index.ts';

const notice = (kind: 'same calls' | 'every call has failed', results: readonly unknown[]) =>
  results.flatMap((result, index) => (JSON.stringify(result).includes(kind) ? [index + 1] : []));
const steps = (make: (index: number) => ScriptedAttempt) =>
  Array.from({ length: 20 }, (_, index) => make(index));
const calling = (name: string, input: unknown = {}): ScriptedAttempt => [
  [toolCall(name, input), finish('tool-calls')],
];
const failing = (effect: 'pure' | 'unsafe') =>
  plainTool({
    name: 'fail',
    effect,
    run: () => {
      throw new Error('no');
    },
  });

describe('a turn that goes round in circles', () => {
  it('gets a notice with the third same call, and ends with the sixth', async () => {
    const turn = await playTurn({ tools: [plainTool()], script: steps(() => calling('plain')) });
    expect(turn.end).toMatchObject({
      finishReason: 'error',
      error: { code: 'no-progress' },
      steps: 6,
    });
    expect(notice('same calls', turn.eventsOf('tool-result'))).toEqual([3, 4, 5, 6]);
    expect(turn.types().slice(-3)).toEqual(['error', 'step-complete', 'done']);
    expect(turn.steps.at(-1)?.chunks.at(-1)?.chunk).toMatchObject({
      type: 'error',
      code: 'no-progress',
    });
    const seen = JSON.stringify(turn.provider.requests[3]?.messages.at(-1));
    expect(seen).toContain('same calls');
  });

  it('is found where the calls alternate, and where their results are too large to be sent', async () => {
    const turn = await playTurn({
      tools: [plainTool({ run: () => 'x'.repeat(500) })],
      limits: { toolResultBytes: 300 },
      host: { keepFullResult: async (callId) => `blob-${callId}` },
      script: steps((index) => calling('plain', { even: index % 2 })),
    });
    expect(turn.end).toMatchObject({ error: { code: 'no-progress' }, steps: 12 });
  });

  it('is none while inputs or results differ', async () => {
    let count = 0;
    const turn = await playTurn({
      tools: [plainTool({ run: () => String(count++) })],
      script: steps(() => calling('plain')),
    });
    expect(turn.end).toMatchObject({ finishReason: 'stop', steps: 21 });
  });

  it.each(['pure', 'unsafe'] as const)(
    'ends where every %s call fails, in six steps in a row',
    async (effect) => {
      const runtime = fakeKernelRuntime();
      const turn = await playTurn({
        runtime,
        tools: [failing(effect)],
        script: steps((index) => [
          [toolCall('fail', { index }), toolCall('fail', { index }), toolCall('none', { index })],
          // Eager calls have ended by then.
          5,
          [finish('tool-calls')],
        ]),
      });
      expect(turn.end).toMatchObject({ error: { code: 'too-many-errors' }, steps: 6 });
      const results = turn.eventsOf('tool-result');
      // The last result of each step from the third on.
      expect(notice('every call has failed', results)).toEqual([9, 12, 15, 18]);
    },
  );

  it('is none where one call of a step succeeds', async () => {
    const turn = await playTurn({
      tools: [
        failing('pure'),
        plainTool({ name: 'fine', effect: 'pure', run: (_, { callId }) => callId }),
      ],
      script: steps((index) => [
        [toolCall('fail', { index }), toolCall('fine', { index })],
        5,
        [finish('tool-calls')],
      ]),
    });
    expect(turn.end).toMatchObject({ finishReason: 'stop', steps: 21 });
    expect(notice('every call has failed', turn.eventsOf('tool-result'))).toEqual([]);
  });

  it('is called no progress where both fit', async () => {
    const turn = await playTurn({
      tools: [failing('unsafe')],
      script: steps(() => calling('fail')),
    });
    expect(turn.end).toMatchObject({ error: { code: 'no-progress' }, steps: 6 });
    const [last] = turn.eventsOf('tool-result').slice(-1);
    expect(last?.content).toHaveLength(3);
  });

  it('takes the numbers as arguments', async () => {
    const limits = { repeatNotice: 2, repeatEnd: 3, errorStepsEnd: 2 };
    const repeated = await playTurn({
      limits,
      tools: [plainTool()],
      script: steps(() => calling('plain')),
    });
    expect(repeated.end.steps).toBe(3);
    const failed = await playTurn({
      limits,
      tools: [failing('unsafe')],
      script: steps((index) => calling('fail', { index })),
    });
    expect(failed.end.steps).toBe(2);
  });

  it('holds no result back once the turn is aborted', async () => {
    const runtime = fakeKernelRuntime();
    const controller = new AbortController();
    const ending = playTurn({
      runtime,
      signal: controller.signal,
      tools: [failing('pure')],
      script: steps((index) => [
        [toolCall('fail', { index })],
        index === 3 ? 9000 : 1,
        [finish('tool-calls')],
      ]),
    });
    void runtime.sleep(500).then(() => controller.abort());
    const turn = await ending;
    expect(turn.end.finishReason).toBe('aborted');
    expect(turn.eventsOf('tool-result')).toHaveLength(4);
    expect(runtime.now()).toBeLessThanOrEqual(600);
  });
});
