import { describe, expect, it } from 'vitest';
import { playTurn, startTurn, type TurnParts } from '../__fixtures__/start-turn.ts';
import {
  fakeKernelRuntime,
  finish,
  plainTool,
  reasoning,
  scriptedProvider,
  text,
  toolCall,
  usage,
} from '../testing/index.ts';

/** Aborts at `ms`, and returns the turn and how long it took to end. */
async function abortAt(ms: number, parts: TurnParts) {
  const turn = startTurn(parts);
  await turn.runtime.clock.advance(ms);
  turn.abort();
  const end = await turn.finish();
  return { ...turn, end, tookMs: turn.runtime.now() - ms };
}

describe('an abort', () => {
  it('keeps what was said, and commits the step', async () => {
    const script = [
      [[reasoning('hm'), text('so '), usage(5, 1)], 10, [text('far')], 9e6, [finish()]],
    ];
    const turn = await abortAt(500, { script });
    expect(turn.tookMs).toBe(0);
    expect(turn.steps).toMatchObject([
      {
        finishReason: 'aborted',
        chunks: [{ chunk: { text: 'hm' } }, { chunk: { text: 'so far' } }],
        end: { finishReason: 'aborted' },
      },
    ]);
    expect(turn.types().slice(-2)).toEqual(['step-complete', 'done']);
    expect(turn.end).toMatchObject({
      finishReason: 'aborted',
      usage: { inputTokens: 5, outputTokens: 1 },
    });
    expect(turn.eventsOf('error')).toEqual([]);
  });

  it('drops what a provider says that does not stop, and lets it clean up', async () => {
    const runtime = fakeKernelRuntime();
    let cleaned = false;
    const inner = scriptedProvider(
      [[[text('a')], 1000, [text('late'), toolCall('x')], [finish()]]],
      {
        runtime,
        ignoresSignal: true,
      },
    );
    const turn = await abortAt(500, {
      runtime,
      provider: {
        ...inner,
        async *stream(request, context) {
          try {
            yield* inner.stream(request, context);
          } finally {
            cleaned = true;
          }
        },
      },
    });
    await runtime.clock.runAll();
    expect(turn.steps[0]?.chunks).toHaveLength(1);
    expect(turn.types().at(-1)).toBe('done');
    expect(cleaned).toBe(true);
  });

  it('leaves a tool behind that ignores its signal, and gives its call a result', async () => {
    const runtime = fakeKernelRuntime();
    const deaf = plainTool({ name: 'deaf', run: () => runtime.sleep(9e6).then(() => 'late') });
    const turn = await abortAt(500, {
      runtime,
      tools: [deaf],
      script: [
        [[text('a'), toolCall('deaf', {}, 'c1'), toolCall('deaf', {}, 'c2'), finish('tool-calls')]],
      ],
    });
    expect(turn.tookMs).toBeLessThanOrEqual(100);
    const results = turn.eventsOf('tool-result');
    expect(results).toMatchObject([
      { callId: 'c1', isError: true, interrupted: true, durationMs: 550 },
      { callId: 'c2', isError: true, interrupted: true },
    ]);
    expect(results[1]).not.toHaveProperty('durationMs');
    expect(turn.steps[0]?.chunks).toHaveLength(5);
    expect(turn.end.finishReason).toBe('aborted');
    const told = turn.events.length;
    await runtime.clock.runAll();
    expect(turn.events.length).toBe(told);
  });

  it('takes the result of a tool that reports in time, and its refusal to', async () => {
    const runtime = fakeKernelRuntime();
    const polite = plainTool({
      name: 'polite',
      isConcurrent: true,
      run: async (_, { signal }) => {
        await runtime.sleep(9e6, signal);
        await runtime.sleep(20);
        return 'stopped';
      },
    });
    const rude = plainTool({
      name: 'rude',
      isConcurrent: true,
      run: async (_, { signal }) => {
        await runtime.sleep(9e6, signal);
        throw signal.reason;
      },
    });
    const turn = await abortAt(500, {
      runtime,
      tools: [polite, rude],
      script: [[[toolCall('polite'), toolCall('rude'), finish('tool-calls')]]],
    });
    expect(turn.eventsOf('tool-result')).toMatchObject([
      { name: 'rude', isError: true, interrupted: true },
      { name: 'polite', isError: false, content: [{ text: 'stopped' }] },
    ]);
    expect(turn.eventsOf('tool-result')[1]).not.toHaveProperty('interrupted');
  });

  it('gives calls that still wait for the stream their results', async () => {
    const turn = await abortAt(50, {
      tools: [plainTool()],
      script: [[[toolCall('plain')], 1000, [finish('tool-calls')]]],
    });
    expect(turn.eventsOf('tool-result')).toMatchObject([{ isError: true, interrupted: true }]);
  });

  it('cuts a wait for the next attempt short', async () => {
    const turn = await abortAt(500, {
      retry: { budgetMs: 9e6, delayFor: () => 60_000 },
      script: [[new Error('down')]],
    });
    expect(turn.tookMs).toBe(0);
    expect(turn.end.finishReason).toBe('aborted');
    expect(turn.provider.requests).toHaveLength(1);
  });

  it('waits for no hook and no person', async () => {
    const never = () => new Promise<never>(() => {});
    const script = [[[toolCall('plain'), finish('tool-calls')]]];
    const tools = [plainTool()];
    const base = { script, tools };
    const all = [
      await abortAt(500, { ...base, hooks: [{ name: 'h', beforeStep: never }] }),
      await abortAt(500, { ...base, hooks: [{ name: 'h', beforeToolCall: never }] }),
      await abortAt(500, { ...base, hooks: [{ name: 'h', afterToolResult: never }] }),
      await abortAt(500, { ...base, hooks: [{ name: 'h', afterAttempt: never }] }),
      await abortAt(500, {
        ...base,
        host: { keepFullResult: never },
        limits: { toolResultBytes: 1 },
      }),
      await abortAt(500, {
        ...base,
        hooks: [{ name: 'h', beforeToolCall: () => ({ decision: 'ask', reason: 'sure?' }) }],
        host: { ask: never },
      }),
    ];
    for (const turn of all) {
      expect(turn.tookMs).toBeLessThanOrEqual(100);
      expect(turn.end.finishReason).toBe('aborted');
      const told = turn.eventsOf('tool-call').length;
      expect(turn.eventsOf('tool-result')).toHaveLength(told);
    }
    expect(all[5]?.eventsOf('tool-result')).toMatchObject([{ interrupted: true }]);
  });

  it('before the first step ends the turn without one', async () => {
    const controller = new AbortController();
    controller.abort();
    const turn = await playTurn({ signal: controller.signal });
    expect(turn.types()).toEqual(['done']);
    expect(turn.end).toMatchObject({ finishReason: 'aborted', steps: 0, isEndCommitted: false });
  });

  it('while a step is committed ends the turn after it', async () => {
    const runtime = fakeKernelRuntime();
    const turn = await abortAt(5, {
      runtime,
      tools: [plainTool()],
      host: { onStepComplete: () => runtime.sleep(10).then(() => ({ committedSeq: 0 })) },
      script: [[[toolCall('plain'), finish('tool-calls')]]],
    });
    expect(turn.types().slice(-2)).toEqual(['step-complete', 'done']);
    expect(turn.eventsOf('step-complete')[0]?.finishReason).toBe('tool-calls');
    expect(turn.end).toMatchObject({ finishReason: 'aborted', isEndCommitted: false });
  });

  it('leaves no listener on the signal', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...parts: Parameters<typeof add>) => {
      listeners += 1;
      add(...parts);
    };
    signal.removeEventListener = (...parts: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...parts);
    };
    await playTurn({
      signal,
      tools: [plainTool()],
      script: [[[toolCall('plain'), finish('tool-calls')]]],
    });
    expect(listeners).toBe(0);
  });
});
