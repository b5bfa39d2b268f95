import type { JsonObject, JsonValue, Tool } from '@dispatch/kernel';
import { type FakeToolContextParts, fakeToolContext } from '@dispatch/kernel/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realTime } from './real-time.ts';

/** A tool under test, in surroundings of its own. */
export interface ToolFixture {
  readonly tool: Tool;
  /** The working folder that the valid inputs are meant for. */
  readonly cwd?: string;
  /** Called once, after the last test. */
  readonly dispose?: () => Promise<void>;
}

export interface ToolSamples {
  /** Inputs that the tool takes and can carry out. At least one. */
  readonly valid: readonly JsonValue[];
  /** Inputs that break its schema. At least one. */
  readonly invalid: readonly JsonValue[];
}

/**
 * The suite of the contract `tool`: names and schema, checks of the input, results that survive
 * JSON, promptness on abort. Runs each valid input a few times, so choose ones that may be. A durable
 * tool is also lost after each of its steps and run again: with the same `callId` the steps that
 * are left must come to what they came to before.
 */
export function toolConformance(
  name: string,
  make: () => ToolFixture | Promise<ToolFixture>,
  samples: ToolSamples,
): void {
  describe(`${name}: tool contract`, () => {
    let fixture: ToolFixture;
    beforeAll(async () => {
      fixture = await make();
    });
    afterAll(async () => {
      await fixture.dispose?.();
    });

    let calls = 0;
    const begin = (input: JsonValue, parts: Partial<FakeToolContextParts> = {}) => {
      const { tool, cwd } = fixture;
      const call = tool.prepare(input);
      if (!call.ok) throw new Error(`refused: ${call.message}`);
      calls += 1;
      const context = fakeToolContext({
        signal: new AbortController().signal,
        callId: `call-${calls}`,
        ...(cwd === undefined ? {} : { cwd }),
        ...parts,
      });
      return { context, running: call.run(context) };
    };
    const start = (input: JsonValue, signal?: AbortSignal) =>
      begin(input, signal === undefined ? {} : { signal }).running;

    it('has a name that providers take and words for the model', () => {
      expect(fixture.tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(fixture.tool.description.trim()).not.toBe('');
    });

    it('has the JSON Schema of an object, as plain data', () => {
      const { inputSchema } = fixture.tool;
      expect(inputSchema.type).toBe('object');
      expect(JSON.parse(JSON.stringify(inputSchema))).toEqual(inputSchema);
      const properties = Object.keys((inputSchema.properties ?? {}) as JsonObject);
      expect(properties).toEqual(expect.arrayContaining([...((inputSchema.required ?? []) as [])]));
    });

    it('names an effect and a positive deadline, and is reconcilable only with `reconcile`', () => {
      const { effect, timeoutMs, reconcile } = fixture.tool;
      expect(['pure', 'idempotent', 'reconcilable', 'unsafe']).toContain(effect);
      if (timeoutMs !== undefined) expect(timeoutMs).toBeGreaterThan(0);
      expect(reconcile !== undefined).toBe(effect === 'reconcilable');
      if (fixture.tool.isDurable) expect(['idempotent', 'unsafe']).toContain(effect);
    });

    it('prepares any JSON without a throw, and says what is wrong with what it refuses', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (input) => {
          const call = fixture.tool.prepare(input as JsonValue);
          if (!call.ok) expect(call.message.trim()).not.toBe('');
        }),
        { numRuns: 200 },
      );
    });

    it.each(samples.invalid.map((input) => [input]))('refuses %j with a message', (input) => {
      const call = fixture.tool.prepare(input);
      expect(call.ok).toBe(false);
      if (!call.ok) expect(call.message.trim()).not.toBe('');
    });

    it.each(samples.valid.map((input) => [input]))('runs %j to a result of JSON', async (input) => {
      const result = await start(input);
      expect(result.isError ?? false).toBe(false);
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      expect(result.content.length).toBeGreaterThan(0);
    });

    it.each(samples.valid.map((input) => [input]))('repeats %j where it is pure', async (input) => {
      if (fixture.tool.effect !== 'pure') return;
      const first = await start(input);
      expect(await start(input)).toEqual(first);
    });

    it.each(samples.valid.map((input) => [input]))(
      'comes to the same for %j, after whichever of its recorded steps it is run again',
      async (input) => {
        if (fixture.tool.isDurable !== true) return;
        const { context, running } = begin(input);
        const { callId, recordedSteps } = context;
        const result = await running;
        expect(recordedSteps).not.toEqual([]);
        for (let kept = 0; kept <= recordedSteps.length; kept += 1) {
          const earlierSteps = recordedSteps.slice(0, kept);
          const rerun = begin(input, { callId, earlierSteps });
          expect(await rerun.running).toEqual(result);
          const steps = [...earlierSteps, ...rerun.context.recordedSteps];
          expect(new Map(steps.map(({ name, value }) => [name, value]))).toEqual(
            new Map(recordedSteps.map(({ name, value }) => [name, value])),
          );
        }
      },
    );

    it(
      'returns within 100 ms of a signal that fired before or while it runs',
      realTime,
      async () => {
        for (const input of samples.valid) {
          await expectPrompt(start(input, AbortSignal.abort()));
          const controller = new AbortController();
          const running = start(input, controller.signal);
          controller.abort();
          await expectPrompt(running);
        }
      },
    );
  });
}

/** A result or a rejection will do: the kernel survives both. */
async function expectPrompt(running: Promise<unknown>): Promise<void> {
  const from = performance.now();
  await running.catch(() => {});
  expect(performance.now() - from).toBeLessThan(100);
}
