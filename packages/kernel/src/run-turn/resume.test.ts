import { describe, expect, it } from 'vitest';
import { Ledger } from '../__fixtures__/ledger.ts';
import { batch, playTurn, type TurnParts } from '../__fixtures__/start-turn.ts';
import type { ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import { messagesFromChunks } from '../messages-from-chunks.ts';
import { finish, plainTool, reasoning, text, toolCall, usage } from '../testing/index.ts';
import type { Reconciled, ToolEffect } from '../tool.ts';
import type { RecordedCall, StepResponse } from './options.ts';

const stepId = 'turn-1#3';
const call = (
  callId: string,
  name = callId,
  input: ToolCallChunk['input'] = {},
): ToolCallChunk => ({
  type: 'tool-call',
  stepId,
  callId,
  name,
  input,
});
const response = (...calls: ToolCallChunk[]): StepResponse => ({
  stepId,
  index: 3,
  chunks: [
    { type: 'reasoning', text: 'hm', stepId },
    { type: 'text', text: 'I will', stepId },
    ...calls,
  ],
  finishReason: 'tool-calls',
  usage: { inputTokens: 7, outputTokens: 2 },
});
const known = (callId: string): ToolResultChunk => ({
  type: 'tool-result',
  stepId,
  callId,
  name: callId,
  content: [{ type: 'text', text: 'known' }],
  isError: false,
  durationMs: 5,
});

async function resumeWith(
  calls: readonly RecordedCall[],
  chunks: readonly ToolCallChunk[],
  parts: TurnParts & { reconciled?: () => Promise<Reconciled> } = {},
) {
  const { reconciled = async () => ({ outcome: 'unknown' }) as const, ...rest } = parts;
  const runs: string[] = [];
  const tools = (['pure', 'idempotent', 'reconcilable', 'unsafe'] satisfies ToolEffect[]).map(
    (effect) =>
      plainTool({
        name: effect,
        effect,
        run: (_, { callId }) => `ran ${runs.push(callId)}`,
        ...(effect === 'reconcilable' ? { reconcile: reconciled } : {}),
      }),
  );
  const turn = await playTurn({
    tools,
    script: [batch(text('done'), finish())],
    history: [{ role: 'user', content: [{ type: 'text', text: 'go' }] }],
    resume: {
      stepIndex: 3,
      usage: { inputTokens: 100, outputTokens: 10 },
      durationMs: 1000,
      response: response(...chunks),
      calls,
    },
    ...rest,
  });
  return { ...turn, runs };
}

describe('a turn that is resumed at its tool phase', () => {
  it('tells the step again from its start: same text, same calls, same ids', async () => {
    const turn = await resumeWith([], [call('unsafe')]);
    expect(turn.events.slice(0, 5)).toEqual([
      { type: 'step-start', stepId, index: 3 },
      { type: 'reasoning-delta', stepId, delta: 'hm' },
      { type: 'text-delta', stepId, delta: 'I will' },
      { type: 'tool-call', stepId, callId: 'unsafe', name: 'unsafe', input: {} },
      { type: 'usage', stepId, usage: { inputTokens: 7, outputTokens: 2 } },
    ]);
    expect(turn.steps[0]).toMatchObject({ index: 3, usage: { inputTokens: 7 }, toolCalls: 1 });
    expect(turn.provider.requests).toHaveLength(1);
    expect(turn.provider.requests[0]?.context.stepIndex).toBe(4);
    expect(turn.end).toMatchObject({
      finishReason: 'stop',
      usage: { inputTokens: 107, outputTokens: 12 },
      durationMs: 1000,
      steps: 2,
    });
  });

  it('takes results that are known, and runs calls that had not started', async () => {
    const turn = await resumeWith(
      [{ callId: 'unsafe', result: known('unsafe') }],
      [call('unsafe'), call('idempotent'), call('pure')],
    );
    expect(turn.runs.sort()).toEqual(['idempotent', 'pure']);
    const results = turn.eventsOf('tool-result');
    expect(results.find(({ callId }) => callId === 'unsafe')).toEqual(known('unsafe'));
    expect(results).toHaveLength(3);
  });

  it('runs again what may run again', async () => {
    const turn = await resumeWith([{ callId: 'idempotent' }], [call('idempotent')]);
    expect(turn.runs).toEqual(['idempotent']);
  });

  it('does not run again what may have happened, and says so', async () => {
    const turn = await resumeWith([{ callId: 'unsafe' }], [call('unsafe')]);
    expect(turn.runs).toEqual([]);
    expect(turn.eventsOf('tool-result')).toMatchObject([
      {
        isError: true,
        interrupted: true,
        content: [{ text: expect.stringContaining('not known') }],
      },
    ]);
    expect(turn.end.finishReason).toBe('stop');
  });

  it('says the same of a call whose tool is gone, or takes its input no more', async () => {
    const turn = await resumeWith([{ callId: 'gone' }], [call('gone')]);
    expect(turn.eventsOf('tool-result')).toMatchObject([{ interrupted: true }]);
    const fresh = await resumeWith([], [call('gone')]);
    expect(fresh.eventsOf('tool-result')[0]).not.toHaveProperty('interrupted');
  });

  it('asks a reconcilable tool what became of the call', async () => {
    const ask = (reconciled: () => Promise<Reconciled>) =>
      resumeWith([{ callId: 'reconcilable' }], [call('reconcilable')], { reconciled });
    const content = [{ type: 'text', text: 'it happened' }] as const;
    const done = await ask(async () => ({ outcome: 'done', result: { content } }));
    expect(done.runs).toEqual([]);
    expect(done.eventsOf('tool-result')).toMatchObject([{ isError: false, content }]);
    const notDone = await ask(async () => ({ outcome: 'not-done' }));
    expect(notDone.runs).toEqual(['reconcilable']);
    const unknown = [
      await ask(async () => ({ outcome: 'unknown' })),
      await ask(() => Promise.reject(new Error('no answer'))),
      await ask(() => new Promise(() => {})),
    ];
    for (const turn of unknown) {
      expect(turn.runs).toEqual([]);
      expect(turn.eventsOf('tool-result')).toMatchObject([{ isError: true, interrupted: true }]);
    }
  });

  it('does not ask the hooks again about a call that had started', async () => {
    const asked: string[] = [];
    const hooks = [
      {
        name: 'h',
        beforeToolCall: ({ callId }: { callId: string }) => ({
          decision: 'deny' as const,
          reason: `${asked.push(callId)}`,
        }),
      },
    ];
    const calls = [call('idempotent'), call('second', 'unsafe')];
    await resumeWith([{ callId: 'idempotent' }], calls, { hooks });
    expect(asked).toEqual(['second']);
  });

  it('runs a call again with the input that a hook had given it, or asks for that', async () => {
    const given: string[] = [];
    const note = (input: unknown) => given.push(JSON.stringify(input));
    const tools = [
      plainTool({ name: 'idempotent', effect: 'idempotent', run: (input) => `${note(input)}` }),
      plainTool({ name: 'durable', isDurable: true, run: (input) => `${note(input)}` }),
      plainTool({
        name: 'reconcilable',
        effect: 'reconcilable',
        run: (input) => `${note(input)}`,
        reconcile: async (input) => ({ outcome: note(input) > 0 ? 'not-done' : 'unknown' }),
      }),
    ];
    const names = tools.map(({ name }) => name);
    const hooks = [
      {
        name: 'h',
        beforeToolCall: () => ({ decision: 'allow' as const, input: { safe: true } }),
      },
    ];
    for (const [index, name] of names.entries()) {
      const first = new Ledger();
      const script = [batch(toolCall(name, { safe: false }, 'c1'), finish('tool-calls'))];
      const crash = { atWrite: 3, isWritten: true };
      await playTurn({ script, tools, hooks, host: first.host(crash) });
      expect(first.log).toEqual(['response', 'step c1 #input', 'start c1']);
      expect(given).toEqual([]);
      const again = await playTurn({ script: [], tools, hooks, ...first.resume() });
      expect(again.end).toMatchObject({ finishReason: 'stop', steps: 2 });
      const runs = index === 2 ? 2 : 1;
      expect(given.splice(0)).toEqual(Array(runs).fill('{"safe":true}'));
    }
  });

  it('does not hand the response over once more', async () => {
    const log: string[] = [];
    await resumeWith([], [call('unsafe')], {
      host: {
        onStepResponse: async () => void log.push('response'),
        onCallStart: async () => void log.push('start'),
      },
    });
    expect(log).toEqual(['start']);
  });

  it('judges an input as the first run did', async () => {
    const turn = await resumeWith([], [call('c1', 'unsafe', '{"path": ')]);
    expect(turn.runs).toEqual([]);
    expect(turn.eventsOf('tool-result')).toMatchObject([{ isError: true }]);
  });

  it('gives a later call another id than those of the recorded step', async () => {
    const turn = await resumeWith([], [call('unsafe')], {
      script: [batch(toolCall('pure', {}, 'unsafe'), finish('tool-calls'))],
    });
    const ids = turn.eventsOf('tool-call').map(({ callId }) => callId);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a turn that was to be aborted when its host was lost', () => {
  const aborted = () => {
    const controller = new AbortController();
    controller.abort();
    return controller.signal;
  };

  it('tells and commits what is recorded, runs nothing and ends', async () => {
    const asked: string[] = [];
    const names = ['known', 'pure', 'unsafe', 'idempotent', 'reconcilable', 'fresh'] as const;
    const turn = await resumeWith(
      [
        { callId: 'known', result: known('known') },
        { callId: 'unsafe' },
        { callId: 'idempotent', steps: [{ name: 'a', value: 1 }] },
        { callId: 'reconcilable' },
      ],
      names.map((name) => call(name, name === 'fresh' ? 'unsafe' : name)),
      {
        signal: aborted(),
        reconciled: async () => ({ outcome: asked.push('tool') > 0 ? 'not-done' : 'unknown' }),
        hooks: [
          {
            name: 'h',
            beforeStep: () => (asked.push('step') > 0 ? undefined : {}),
            beforeToolCall: () => ({ decision: 'deny', reason: `${asked.push('call')}` }),
          },
        ],
        host: {
          onStepResponse: async () => void asked.push('response'),
          onCallStart: async () => void asked.push('start'),
          onCallEnd: async () => void asked.push('end'),
        },
      },
    );
    expect(turn.runs).toEqual([]);
    expect(asked).toEqual([]);
    expect(turn.provider.requests).toEqual([]);
    const results = turn.eventsOf('tool-result');
    expect(results.find(({ callId }) => callId === 'known')).toEqual(known('known'));
    const invented = results.filter(({ callId }) => callId !== 'known');
    expect(invented).toHaveLength(5);
    for (const { callId, interrupted, content } of invented) {
      const hadStarted = ['unsafe', 'idempotent', 'reconcilable'].includes(callId);
      expect(interrupted).toBe(true);
      expect(content).toMatchObject([
        { text: expect.stringContaining(hadStarted ? 'is not known' : 'the turn was aborted') },
      ]);
    }
    const [step] = turn.steps;
    expect(step).toMatchObject({
      index: 3,
      finishReason: 'aborted',
      toolCalls: 6,
      end: { finishReason: 'aborted', usage: { inputTokens: 107, outputTokens: 12 } },
    });
    expect(step?.chunks.flatMap(({ chunk }) => ('callId' in chunk ? [chunk.callId] : []))).toEqual([
      ...names,
      ...names,
    ]);
    expect(turn.types().slice(-2)).toEqual(['step-complete', 'done']);
    expect(turn.end).toMatchObject({ finishReason: 'aborted', steps: 1, isEndCommitted: true });
  });

  it('commits an answer without open calls as it is', async () => {
    const turn = await resumeWith(
      [{ callId: 'unsafe', result: known('unsafe') }],
      [call('unsafe')],
      {
        signal: aborted(),
      },
    );
    expect(turn.eventsOf('tool-result')).toEqual([known('unsafe')]);
    expect(turn.end).toMatchObject({ finishReason: 'aborted', steps: 1 });
  });

  it('commits it where the abort comes while the hooks are asked, or one of them stops the turn', async () => {
    const controller = new AbortController();
    const calls = [{ callId: 'unsafe', result: known('unsafe') }];
    const beforeStep = () => {
      controller.abort();
      return undefined;
    };
    const turn = await resumeWith(calls, [call('unsafe')], {
      signal: controller.signal,
      hooks: [{ name: 'h', beforeStep }],
    });
    expect(turn.end).toMatchObject({ finishReason: 'aborted', steps: 1 });
    const stop = { code: 'over-budget', message: 'enough' };
    const stopped = await resumeWith(calls, [call('unsafe')], {
      hooks: [{ name: 'budget', beforeStep: () => ({ stop }) }],
    });
    expect(stopped.steps).toMatchObject([{ index: 3, finishReason: 'tool-calls' }]);
    expect(stopped.end).toMatchObject({ finishReason: 'error', error: { code: 'over-budget' } });
    expect(stopped.provider.requests).toEqual([]);
  });

  it('is aborted rather than put away where both are wanted', async () => {
    const turn = await resumeWith([], [call('unsafe')], {
      signal: aborted(),
      suspendSignal: aborted(),
    });
    expect(turn.end).toMatchObject({ finishReason: 'aborted', steps: 1 });
  });

  it('ends without a step where nothing is recorded', async () => {
    const turn = await playTurn({ signal: aborted(), resume: { stepIndex: 2, durationMs: 10 } });
    expect(turn.types()).toEqual(['done']);
    expect(turn.end).toMatchObject({ finishReason: 'aborted', steps: 0, durationMs: 10 });
  });
});

describe('a turn that is resumed before an answer', () => {
  it('asks the model for that step', async () => {
    const turn = await playTurn({
      script: [batch(text('x'), usage(1, 1), finish())],
      message: [{ type: 'text', text: 'the message' }],
      history: [{ role: 'user', content: [{ type: 'text', text: 'the message' }] }],
      resume: { stepIndex: 2, durationMs: 10 },
      limits: { maxSteps: 3 },
    });
    expect(turn.events[0]).toEqual({ type: 'step-start', stepId: 'turn-1#2', index: 2 });
    expect(turn.provider.requests[0]?.messages).toHaveLength(1);
    expect(turn.provider.requests[0]?.context.turnMessage).toHaveLength(1);
    expect(turn.end.durationMs).toBe(10);
  });
});

describe('a restored history', () => {
  it('gives requests that are the same bytes as in the turn that made it', async () => {
    const script = [
      batch(
        ...[reasoning('a'), { type: 'reasoning-end', providerData: { z: 1, a: '2' } } as const],
        ...[text('b'), toolCall('plain', '{"z":1,"a":[1.50]}'), toolCall('none')],
        finish('tool-calls'),
      ),
      batch(text('c'), toolCall('plain', 'no json'), finish('tool-calls')),
    ];
    const first = await playTurn({ tools: [plainTool()], script });
    const chunks = [
      { role: 'user', chunk: { type: 'text', text: 'hello' } } as const,
      ...first.steps.flatMap((step) => step.chunks),
    ];
    const restored = messagesFromChunks(JSON.parse(JSON.stringify(chunks)));
    const live = first.provider.requests.at(-1)?.messages;
    expect(JSON.stringify(restored)).toBe(JSON.stringify(live));
  });
});
