import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crash, Ledger } from '../__fixtures__/ledger.ts';
import { startTurn } from '../__fixtures__/start-turn.ts';
import {
  type FakeKernelRuntime,
  fakeKernelRuntime,
  finish,
  plainTool,
  scriptedProvider,
  text,
  toolCall,
} from '../testing/index.ts';
import type { Tool } from '../tool.ts';

interface PlannedCall {
  readonly name: string;
  readonly how: string;
}
/** The calls of each step; behind the last one the model stops. */
type Plan = readonly (readonly PlannedCall[])[];

const limits = {
  repeatNotice: 2,
  repeatEnd: 3,
  repeatCycle: 2,
  errorStepsNotice: 2,
  errorStepsEnd: 3,
  toolResultBytes: 300,
};

/** The same input brings the same result, now or in another run. */
function toolsOf(runtime: FakeKernelRuntime): Tool[] {
  const run = async (how: string) => {
    if (how === 'slow') await runtime.sleep(20);
    if (how === 'deaf') await runtime.sleep(5000);
    if (how === 'fail') throw new Error('no');
    return how === 'long' ? 'é'.repeat(400) : how;
  };
  return [
    plainTool({ name: 'pure', effect: 'pure', run: (how) => run(String(Object(how).how)) }),
    plainTool({
      name: 'beside',
      effect: 'idempotent',
      isConcurrent: true,
      timeoutMs: 100,
      run: (how) => run(String(Object(how).how)),
    }),
    plainTool({ name: 'again', effect: 'idempotent', run: (how) => run(String(Object(how).how)) }),
    plainTool({
      name: 'durable',
      isDurable: true,
      async run(input, { step }) {
        const how = await step.do('look', () => String(Object(input).how));
        const both = await Promise.all([
          step.do('left', () => run(how === 'slow' ? 'quick' : how)),
          step.do('right', () => ({ n: how.length })),
        ]);
        return JSON.stringify(both);
      },
    }),
  ];
}

interface OwnerParts {
  readonly until?: number;
  readonly crash?: Crash;
  readonly isAborted?: boolean;
}

/** One owner of the turn, until it ends, is put away before step `until`, or is lost. */
async function own(plan: Plan, ledger: Ledger, parts: OwnerParts = {}) {
  const runtime = fakeKernelRuntime();
  const provider = scriptedProvider(
    ({ stepIndex }) => {
      const calls = plan[stepIndex];
      if (calls === undefined) return [[text('done'), finish()]];
      const events = calls.map(({ name, how }, index) =>
        toolCall(name, { how }, `s${stepIndex}c${index}`),
      );
      return [[text(`step ${stepIndex}`), ...events], 5, [finish('tool-calls')]];
    },
    { runtime },
  );
  const isResumed = ledger.log.length > 0;
  const host = ledger.host(parts.crash);
  const controller = new AbortController();
  if (parts.isAborted) controller.abort();
  const turn = startTurn({
    runtime,
    signal: controller.signal,
    provider,
    tools: toolsOf(runtime),
    limits,
    ...(isResumed ? ledger.resume() : {}),
    host: {
      ...host,
      keepFullResult: async (callId) => `blob-${callId}`,
      async onStepComplete(step) {
        const answer = await host.onStepComplete?.(step);
        if (step.index + 1 === parts.until) turn.suspend();
        return answer ?? { committedSeq: 0 };
      },
    },
  });
  const { finishReason, error, isSuspended } = await turn.finish();
  return { finishReason, code: error?.code, isSuspended, writes: ledger.log.length };
}

/** Without what a call took: what is given back takes no time. */
const told = (ledger: Ledger) =>
  ledger.chunks.map(({ role, chunk }) =>
    chunk.type === 'tool-result' ? { role, ...chunk, durationMs: 0 } : { role, ...chunk },
  );

const planOf = (names: readonly string[], hows: readonly string[], maxCalls: number) =>
  fc.array(
    fc.array(fc.record({ name: fc.constantFrom(...names), how: fc.constantFrom(...hows) }), {
      minLength: 1,
      maxLength: maxCalls,
    }),
    { maxLength: 7 },
  );

/** One plan for each way to end, whatever the random ones come to. */
const repeated = (name: string, how: string): Plan => Array(7).fill([{ name, how }]);
const failing: Plan = ['again', 'gone', 'again', 'gone'].map((name) => [{ name, how: 'fail' }]);
const examples = [[[]], [repeated('again', 'long')], [failing]] satisfies [Plan][];

describe('a turn that is interrupted', () => {
  it('between any two steps ends as if it had not been', async () => {
    const ends = new Set<string | undefined>();
    const hows = ['a', 'slow', 'deaf', 'fail', 'long'];
    await fc.assert(
      fc.asyncProperty(planOf(['pure', 'beside', 'again'], hows, 3), async (plan) => {
        const whole = new Ledger();
        const end = await own(plan, whole);
        ends.add(end.code ?? end.finishReason);
        for (let until = 1; until < whole.steps.length; until += 1) {
          const ledger = new Ledger();
          expect(await own(plan, ledger, { until })).toMatchObject({ isSuspended: true });
          const resumed = await own(plan, ledger);
          expect(ledger.chunks).toEqual(whole.chunks);
          expect({ ...resumed, writes: 0 }).toEqual({ ...end, writes: 0 });
        }
      }),
      { numRuns: 100, examples },
    );
    expect(ends).toEqual(new Set(['stop', 'no-progress', 'too-many-errors']));
  });

  it('by the loss of its host at any write ends as if it had not been', async () => {
    const ends = new Set<string | undefined>();
    const plans = planOf(['again', 'durable'], ['a', 'fail', 'long'], 2);
    await fc.assert(
      fc.asyncProperty(plans, fc.boolean(), async (plan, isWritten) => {
        const whole = new Ledger();
        const end = await own(plan, whole);
        ends.add(end.code ?? end.finishReason);
        for (let atWrite = 1; atWrite <= end.writes; atWrite += 1) {
          const ledger = new Ledger();
          const lost = await own(plan, ledger, { crash: { atWrite, isWritten } });
          expect(lost.code).toBe('store-unavailable');
          // Where the commit itself went through, nobody has anything left to do.
          if (whole.steps.length === ledger.steps.length) continue;
          const resumed = await own(plan, ledger);
          expect(ledger.chunks).toEqual(whole.chunks);
          expect({ ...resumed, writes: 0 }).toEqual({ ...end, writes: 0 });
        }
      }),
      { numRuns: 15, examples: examples.map(([plan]) => [plan, false]) },
    );
    expect(ends).toEqual(new Set(['stop', 'no-progress', 'too-many-errors']));
  });

  it('again and again by the loss of its hosts ends as if it had not been', async () => {
    const plans = planOf(['again', 'durable'], ['a', 'slow', 'fail'], 3);
    const crash = fc.record({ atWrite: fc.integer({ min: 1, max: 9 }), isWritten: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(plans, fc.array(crash, { maxLength: 8 }), async (plan, crashes) => {
        const whole = new Ledger();
        await own(plan, whole);
        const ledger = new Ledger();
        for (const each of crashes) {
          if (ledger.steps.at(-1)?.end === undefined) await own(plan, ledger, { crash: each });
        }
        if (ledger.steps.at(-1)?.end === undefined) await own(plan, ledger);
        expect(told(ledger)).toEqual(told(whole));
      }),
      { numRuns: 100 },
    );
  });

  it('by the loss of its host, and then aborted, commits what is recorded and runs nothing', async () => {
    const plans = planOf(['again', 'durable', 'pure'], ['a', 'fail'], 3);
    const atWrite = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(plans, atWrite, async (plan, at) => {
        const ledger = new Ledger();
        await own(plan, ledger, { crash: { atWrite: at, isWritten: true } });
        if (ledger.steps.at(-1)?.end !== undefined) return;
        const { resume } = ledger.resume();
        const before = ledger.log.length;
        const { finishReason } = await own(plan, ledger, { isAborted: true });
        expect(finishReason).toBe('aborted');
        const commit = resume.response === undefined ? [] : [`commit ${resume.stepIndex}`];
        expect(ledger.log.slice(before)).toEqual(commit);
        if (resume.response === undefined) return;
        const chunks = ledger.steps.at(-1)?.chunks.map(({ chunk }) => chunk) ?? [];
        expect(chunks.slice(0, resume.response.chunks.length)).toEqual(resume.response.chunks);
        const results = chunks.flatMap((chunk) => (chunk.type === 'tool-result' ? [chunk] : []));
        const calls = chunks.flatMap((chunk) => (chunk.type === 'tool-call' ? [chunk.callId] : []));
        expect(results.map(({ callId }) => callId)).toEqual(calls);
        for (const result of results) {
          const known = resume.calls?.find(({ callId }) => callId === result.callId)?.result;
          if (known === undefined) expect(result.interrupted).toBe(true);
          else expect(result).toEqual(known);
        }
      }),
      { numRuns: 100 },
    );
  });
});
