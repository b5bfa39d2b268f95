import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StartedTurn, startTurn } from '../__fixtures__/start-turn.ts';
import type { RoledChunk } from '../chunk.ts';
import type { TurnEvent } from '../event.ts';
import type { TurnHooks } from '../hooks.ts';
import { messagesFromChunks } from '../messages-from-chunks.ts';
import type { ProviderEvent } from '../provider.ts';
import {
  type FakeKernelRuntime,
  failure,
  fakeKernelRuntime,
  finish,
  plainTool,
  reasoning,
  type ScriptedAttempt,
  type ScriptItem,
  text,
  toolCall,
  usage,
} from '../testing/index.ts';
import type { Tool, ToolEffect } from '../tool.ts';
import type { TurnOutcome } from './options.ts';

const piece = fc.constantFrom('a', '', 'words ', 'é', '😀', '\ud83d', '\ude00', '\u0000');
const behaviours = ['ok', 'error', 'throw', 'slow', 'deaf', 'obey', 'print', 'long', 'deny', 'ask'];
const input = fc.oneof(
  fc.record({ do: fc.constantFrom(...behaviours) }).map((value) => JSON.stringify(value)),
  fc.constantFrom('', '{"do":', '{"do":"\\ud800"}', '[1]'),
);
const tools = ['pure', 'idempotent', 'reconcilable', 'unsafe', 'beside', 'none'];
const providerEvent: fc.Arbitrary<ProviderEvent> = fc.oneof(
  { weight: 4, arbitrary: piece.map(text) },
  { weight: 2, arbitrary: piece.map(reasoning) },
  fc.constantFrom<ProviderEvent[]>(
    { type: 'reasoning-end' },
    { type: 'reasoning-end', providerData: { signed: '\ud800' } },
    { type: 'tool-input-start' },
    usage(3, 4),
  ),
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...tools), input, fc.constantFrom(undefined, 'same', 'a', '!'))
      .map((parts) => toolCall(...parts)),
  },
);
const wait = fc.constantFrom(0, 1, 10, 100);
const item: fc.Arbitrary<ScriptItem> = fc.oneof(wait, fc.array(providerEvent, { maxLength: 5 }));
const ending: fc.Arbitrary<ScriptItem[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<ScriptItem[]>([[finish('tool-calls')]]) },
  fc.constantFrom<ScriptItem[][]>(
    [[finish('stop')]],
    [[finish('length')]],
    [[finish('content-filter')]],
    [[failure()]],
    [[failure({ retryable: false })]],
    [new Error('reset')],
    [],
    [9e6],
  ),
);
const attempt: fc.Arbitrary<ScriptedAttempt> = fc
  .tuple(fc.array(item, { maxLength: 5 }), ending)
  .map(([items, last]) => [...items, ...last]);
const scenario = fc.record({
  script: fc.array(attempt, { maxLength: 6 }),
  abortAt: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
  failAt: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  maxConcurrency: fc.integer({ min: 1, max: 3 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function behave(runtime: FakeKernelRuntime, name: string): Tool {
  const effects: readonly ToolEffect[] = ['pure', 'idempotent', 'reconcilable', 'unsafe'];
  const effect = effects.find((each) => each === name) ?? 'unsafe';
  return plainTool({
    name,
    effect,
    isConcurrent: name === 'pure' || name === 'beside',
    timeoutMs: 300,
    async run(value, { signal, output }) {
      const how = JSON.stringify(value);
      if (how.includes('throw')) throw new Error('broke \ud800');
      if (how.includes('error')) return { content: [], isError: true };
      if (how.includes('slow')) await runtime.sleep(40);
      if (how.includes('deaf')) await runtime.sleep(2000);
      if (how.includes('obey')) await runtime.sleep(2000, signal);
      if (how.includes('print'))
        for (const part of ['\ud83d', '\ude00', '\ud83d']) output('stdout', part);
      if (how.includes('deaf')) output('stderr', 'too late');
      return how.includes('long') ? 'é'.repeat(400) : `${how} \udfff`;
    },
  });
}

const consent: TurnHooks = {
  name: 'consent',
  beforeToolCall(call) {
    const how = JSON.stringify(call.input);
    if (how.includes('deny')) return { decision: 'deny', reason: 'no' };
    return how.includes('ask') ? { decision: 'ask', reason: 'sure?' } : { decision: 'allow' };
  },
};

async function play({ script, abortAt, failAt, maxConcurrency }: Scenario) {
  const runtime = fakeKernelRuntime();
  let writes = 0;
  const write = async () => {
    writes += 1;
    if (writes === failAt) throw new Error('the store is away');
    await runtime.sleep(1);
  };
  const turn = startTurn({
    runtime,
    script,
    tools: ['pure', 'idempotent', 'reconcilable', 'unsafe', 'beside'].map((name) =>
      behave(runtime, name),
    ),
    hooks: [consent],
    limits: { maxConcurrency, streamIdleMs: 1000, toolResultBytes: 300, maxSteps: 5 },
    retry: { budgetMs: 50, delayFor: () => 20 },
    host: {
      onStepComplete: () => write().then(() => ({ committedSeq: 0 })),
      onStepResponse: write,
      onCallStart: write,
      onCallEnd: write,
      keepFullResult: async () => 'blob',
      ask: () => runtime.sleep(30).then(() => ({ decision: 'allow' })),
    },
  });
  let endedAt = 0;
  void turn.outcome.then(() => {
    endedAt = runtime.now();
  });
  if (abortAt !== undefined) {
    await runtime.clock.advance(abortAt);
    turn.abort();
  }
  const end = await turn.finish();
  await runtime.clock.runAll();
  return { turn, end, endedAt };
}

/** Events in the order of WIRE.md section 3. */
function checkOrder(events: readonly TurnEvent[], end: TurnOutcome): void {
  expect(events.filter(({ type }) => type === 'done')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ type: 'done', finishReason: end.finishReason });
  let open: string | undefined;
  let next = 0;
  const calls = new Set<string>();
  for (const event of events) {
    if (event.type === 'step-start') {
      expect(open).toBeUndefined();
      expect(event).toMatchObject({ index: next, stepId: `turn-1#${next}` });
      next += 1;
      open = event.stepId;
    } else if ('stepId' in event) expect(event.stepId).toBe(open);
    if (event.type === 'tool-call') calls.add(event.callId);
    if (event.type === 'tool-output') expect(calls).toContain(event.callId);
    if (event.type === 'tool-result') expect(calls.delete(event.callId)).toBe(true);
    if (event.type === 'step-complete') {
      expect(calls.size).toBe(0);
      open = undefined;
    }
  }
  expect(calls.size).toBe(0);
  const failed = events.some(({ type }) => type === 'error');
  expect(failed).toBe(end.finishReason === 'error');
}

/** Chunks as WIRE.md section 2 says they always are, and as they were told. */
function checkChunks(turn: StartedTurn): void {
  const ids = new Set<string>();
  for (const { stepId, chunks } of turn.steps) {
    const told = turn.eventsOf('text-delta').filter((event) => event.stepId === stepId);
    const said = chunks.flatMap(({ chunk }) => (chunk.type === 'text' ? [chunk.text] : []));
    expect(said.join('')).toBe(told.map(({ delta }) => delta).join(''));
    expect(said).not.toContain('');
    const calls = chunks.flatMap(({ chunk }) => (chunk.type === 'tool-call' ? [chunk.callId] : []));
    const results = chunks.flatMap(({ chunk }) => (chunk.type === 'tool-result' ? [chunk] : []));
    expect(results.map(({ callId }) => callId)).toEqual(calls);
    for (const callId of calls) {
      expect(ids.has(callId)).toBe(false);
      ids.add(callId);
    }
    for (const result of results) if (result.interrupted) expect(result.isError).toBe(true);
    const order = ['assistant', 'tool', 'error'];
    const roles = chunks.map(({ role, chunk }) =>
      order.indexOf(chunk.type === 'error' ? 'error' : role),
    );
    expect(roles).toEqual([...roles].sort());
  }
}

function checkText(value: unknown): void {
  // `JSON.stringify` writes a lone surrogate, and nothing else, as an escape of this range.
  expect(JSON.stringify(value)).not.toMatch(/\\ud[89a-f]/);
}

describe('any turn', () => {
  it('keeps what WIRE.md promises, whatever provider, tools, store and abort do', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (parts) => {
        const { turn, end, endedAt } = await play(parts);
        checkOrder(turn.events, end);
        checkChunks(turn);
        checkText(turn.events);
        checkText(turn.steps);
        expect(turn.sink.spans().every(({ close }) => close !== undefined)).toBe(true);
        expect(end.steps).toBe(turn.steps.length);
        const hasStoreFailed = end.error?.code === 'store-unavailable';
        const last = turn.steps.at(-1);
        expect(end.isEndCommitted).toBe(!hasStoreFailed && last?.end !== undefined);
        if (end.isEndCommitted) expect(last?.end?.finishReason).toBe(end.finishReason);
        if (parts.abortAt !== undefined) expect(endedAt - parts.abortAt).toBeLessThanOrEqual(100);
        const user: RoledChunk = { role: 'user', chunk: { type: 'text', text: 'hello' } };
        const restored = messagesFromChunks([user, ...turn.steps.flatMap((step) => step.chunks)]);
        if (!hasStoreFailed) expect(JSON.stringify(restored)).toBe(JSON.stringify(end.messages));
      }),
      { numRuns: 400 },
    );
  });
});
