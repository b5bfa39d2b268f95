import { describe, expect, it } from 'vitest';
import { batch, playTurn } from '../__fixtures__/start-turn.ts';
import type { AttemptView } from '../hooks.ts';
import { standardRetry } from '../retry.ts';
import {
  failure,
  fakeKernelRuntime,
  finish,
  plainTool,
  reasoning,
  type ScriptedAttempt,
  text,
  toolCall,
  usage,
} from '../testing/index.ts';

const retry = standardRetry({ delaysMs: [100, 200], budgetMs: 1000 });
const good = batch(text('ok'), finish());

describe('a failed attempt', () => {
  it.each<[string, ScriptedAttempt]>([
    ['a retryable error', batch(failure())],
    ['a provider that throws', [new Error('reset')]],
    ['a provider that throws half-way', [batch(usage(1, 1))[0] ?? [], new Error('reset')]],
    ['a stream without a finish', batch(usage(1, 1))],
    ['an empty stream', []],
    [
      'reasoning that is opaque alone',
      batch({ type: 'reasoning-end', providerData: 'x' }, failure()),
    ],
    ['an empty delta', batch(text(''), failure())],
    ['a call whose input began', batch({ type: 'tool-input-start' }, failure())],
    ['a batch that is none', [JSON.parse('null')]],
    ['an error that says nothing', [[JSON.parse('{"type":"error"}')]]],
  ])('is tried again after %s', async (_, attempt) => {
    const turn = await playTurn({ retry, script: [attempt, good] });
    expect(turn.end.finishReason).toBe('stop');
    expect(turn.steps[0]?.chunks).toMatchObject([{ chunk: { type: 'text', text: 'ok' } }]);
    expect(turn.eventsOf('provider-retry')).toMatchObject([
      { stepId: 'turn-1#0', attempt: 1, delayMs: 100, error: { retryable: true } },
    ]);
    expect(turn.eventsOf('step-start')).toHaveLength(1);
    expect(turn.runtime.now()).toBe(100);
  });

  it.each<[string, ScriptedAttempt]>([
    ['text', batch(text('a'), failure())],
    ['reasoning', batch(reasoning('a'), failure())],
    ['a complete call', batch(toolCall('plain'), failure())],
  ])('ends the turn after %s, which is kept', async (_, attempt) => {
    const turn = await playTurn({ retry, tools: [plainTool()], script: [attempt, good] });
    expect(turn.eventsOf('provider-retry')).toEqual([]);
    expect(turn.provider.requests).toHaveLength(1);
    expect(turn.types().slice(-3)).toEqual(['error', 'step-complete', 'done']);
    const chunks = turn.steps[0]?.chunks ?? [];
    expect(chunks.at(-1)).toEqual({
      role: 'assistant',
      chunk: { type: 'error', code: 'provider-error', message: 'it failed' },
    });
    expect(chunks.length).toBeGreaterThan(1);
    for (const result of turn.eventsOf('tool-result')) {
      expect(result).toMatchObject({ isError: true });
      expect(result).not.toHaveProperty('interrupted');
    }
  });

  it('ends the turn at once where it is not retryable, or there is no strategy', async () => {
    const final = await playTurn({
      retry,
      script: [batch(failure({ retryable: false, code: 'x' }))],
    });
    expect(final.end).toMatchObject({ finishReason: 'error', error: { code: 'x' }, steps: 1 });
    expect(final.types()).toEqual(['step-start', 'error', 'step-complete', 'done']);
    const alone = await playTurn({ script: [batch(failure())] });
    expect(alone.provider.requests).toHaveLength(1);
    expect(alone.runtime.now()).toBe(0);
  });

  it('is told before the wait, and waits by the strategy until its budget is used up', async () => {
    const turn = await playTurn({ retry, script: Array(9).fill(batch(failure())) });
    // 100 + 4 x 200 = 900; another 200 would exceed the budget and is not waited.
    expect(turn.eventsOf('provider-retry').map(({ delayMs }) => delayMs)).toEqual([
      ...[100, 200, 200, 200, 200],
    ]);
    expect(turn.eventsOf('provider-retry').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(turn.runtime.now()).toBe(900);
    const told = turn.events.findIndex(({ type }) => type === 'provider-retry');
    expect(turn.times[told]).toBe(0);
    expect(turn.end.finishReason).toBe('error');
  });

  it('has a budget of its own in each step', async () => {
    const once = standardRetry({ delaysMs: [800], budgetMs: 1000 });
    const call = batch(toolCall('plain'), finish('tool-calls'));
    const turn = await playTurn({
      retry: once,
      tools: [plainTool()],
      script: [batch(failure()), call, batch(failure()), good],
    });
    expect(turn.end.finishReason).toBe('stop');
  });

  it('waits no less than the provider asks for', async () => {
    const turn = await playTurn({ retry, script: [batch(failure({ retryAfterMs: 700 })), good] });
    expect(turn.runtime.now()).toBe(700);
    const less = await playTurn({ retry, script: [batch(failure({ retryAfterMs: 7 })), good] });
    expect(less.runtime.now()).toBe(100);
    const more = await playTurn({ retry, script: [batch(failure({ retryAfterMs: 1001 })), good] });
    expect(more.runtime.now()).toBe(0);
    expect(more.end.finishReason).toBe('error');
  });

  it.each([Number.NaN, null])('ends the turn where the strategy says %s', async (delay) => {
    const turn = await playTurn({
      retry: { budgetMs: 1000, delayFor: () => delay },
      script: [batch(failure()), good],
    });
    expect(turn.end.finishReason).toBe('error');
  });

  it('ends the turn where the strategy throws', async () => {
    const broken = {
      budgetMs: 1000,
      delayFor: () => {
        throw new Error('broken');
      },
    };
    const turn = await playTurn({ retry: broken, script: [batch(failure())] });
    expect(turn.end.finishReason).toBe('error');
  });

  it('is what a stream is that falls silent', async () => {
    const script = [[9e6, [text('late')]], good];
    const turn = await playTurn({ retry, script });
    expect(turn.eventsOf('provider-retry')).toMatchObject([
      { error: { code: 'provider-timeout' } },
    ]);
    expect(turn.runtime.now()).toBe(120_100);
    const clockless = await playTurn({ retry, script, hasNoClock: true });
    expect(clockless.end.finishReason).toBe('stop');
  });

  it('is not what a slow stream is', async () => {
    const slow: ScriptedAttempt = [900, [text('a')], 900, [usage(1, 1)], 900, [finish()]];
    const turn = await playTurn({ limits: { streamIdleMs: 1000 }, script: [slow] });
    expect(turn.end.finishReason).toBe('stop');
    const silent: ScriptedAttempt = [900, [text('a')], 2000, [finish()]];
    const late = await playTurn({ limits: { streamIdleMs: 1000 }, script: [silent] });
    expect(late.end).toMatchObject({ finishReason: 'error', error: { code: 'provider-timeout' } });
    expect(late.steps[0]?.chunks[0]).toMatchObject({ chunk: { text: 'a' } });
    expect(late.runtime.now()).toBeLessThanOrEqual(900 + 1000 * 1.125);
  });

  it('fires the signal of an attempt that fell silent', async () => {
    const runtime = fakeKernelRuntime();
    const turn = await playTurn({ runtime, script: [[9e6]] });
    expect(turn.provider.requests[0]?.context.signal.aborted).toBe(true);
    expect(turn.end.error?.message).toContain('120000 ms');
  });

  it('is shown to the hooks, each with its own usage', async () => {
    const seen: AttemptView[] = [];
    const turn = await playTurn({
      retry,
      hooks: [{ name: 'h', afterAttempt: (attempt) => void seen.push(attempt) }],
      script: [batch(usage(5, 0), failure({ status: 503 })), good],
    });
    expect(seen).toMatchObject([
      { attempt: 1, model: 'model', usage: { inputTokens: 5 }, error: { status: 503 } },
      { attempt: 2 },
    ]);
    expect(seen[1]).not.toHaveProperty('usage');
    expect(seen[1]).not.toHaveProperty('error');
    // Cumulative: the last one told counts for the step.
    expect(turn.end.usage).toEqual({ inputTokens: 5, outputTokens: 0 });
  });

  it('says nothing of a secret', async () => {
    const redactor = {
      redact: (value: string) => value.replaceAll('s3cret', '[redacted]'),
      stream: () => ({ push: (value: string) => value, flush: () => '' }),
    };
    const turn = await playTurn({
      redactor,
      retry,
      script: [[new Error('key s3cret')], batch(text('a'), failure({ message: 's3cret \ud800' }))],
    });
    const told = JSON.stringify([turn.events, turn.steps, turn.end, turn.sink.records]);
    expect(told).not.toContain('s3cret');
    expect(turn.end.error?.message).toBe('[redacted] \ufffd');
  });

  it('is told with code, message and retryable alone', async () => {
    const error = { status: 429, retryAfterMs: 5 };
    const turn = await playTurn({ retry, script: [batch(failure(error)), batch(failure(error))] });
    const keys = ['code', 'message', 'retryable'];
    expect(Object.keys(turn.eventsOf('provider-retry')[0]?.error ?? {})).toEqual(keys);
  });
});
