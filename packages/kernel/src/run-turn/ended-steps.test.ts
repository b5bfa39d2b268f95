import { describe, expect, it } from 'vitest';
import type { ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import { plainTool } from '../testing/index.ts';
import { endedStep, endedSteps } from './ended-steps.ts';
import { errorNotice, progressNotice } from './notices.ts';

const call = (callId: string, name: string, stepId = 't#0'): ToolCallChunk => ({
  type: 'tool-call',
  stepId,
  callId,
  name,
  input: { x: 1 },
});
const result = (chunk: ToolCallChunk, parts: Partial<ToolResultChunk> = {}): ToolResultChunk => ({
  type: 'tool-result',
  stepId: chunk.stepId,
  callId: chunk.callId,
  name: chunk.name,
  content: [{ type: 'text', text: 'ok' }],
  isError: false,
  ...parts,
});
const tools = new Map(
  (['pure', 'unsafe'] as const).map((effect) => [effect, plainTool({ name: effect, effect })]),
);
const step = (...calls: (readonly [ToolCallChunk, Partial<ToolResultChunk>])[]) =>
  endedStep(
    calls.map(([chunk, parts]) => ({ chunk, result: result(chunk, parts) })),
    tools,
  );

describe('endedStep', () => {
  it('leaves out what the kernel invented, and identical pure calls but one', () => {
    const { calls } = step(
      [call('a', 'unsafe'), { isError: true, interrupted: true }],
      [call('b', 'unsafe'), {}],
      [call('c', 'unsafe'), {}],
      [call('d', 'pure'), {}],
      [call('e', 'pure'), {}],
    );
    expect(calls.map(({ name }) => name)).toEqual(['unsafe', 'unsafe', 'pure']);
  });

  it('counts a call that was cut off among those that failed', () => {
    const failed = [call('a', 'unsafe'), { isError: true, interrupted: true }] as const;
    expect(step(failed).hasOnlyErrors).toBe(true);
    expect(step(failed, [call('b', 'pure'), {}]).hasOnlyErrors).toBe(false);
  });

  it('compares results without notices', () => {
    const content = [{ type: 'text', text: 'ok' }, progressNotice, errorNotice] as const;
    const { calls } = step([call('a', 'unsafe'), { content }]);
    expect(calls[0]?.content).toEqual([{ type: 'text', text: 'ok' }]);
  });
});

describe('endedSteps', () => {
  it('finds the steps with calls, whatever stands between them', () => {
    const first = [call('a', 'unsafe'), call('b', 'pure')] as const;
    const second = call('c', 'unsafe', 't#1');
    const steps = endedSteps(
      [
        { type: 'text', text: 'hello' },
        { type: 'text', text: 'I will', stepId: 't#0' },
        ...first,
        ...first.map((chunk) => result(chunk)),
        { type: 'text', text: 'steered' },
        second,
        result(second, { isError: true }),
        { type: 'text', text: 'done', stepId: 't#2' },
      ],
      tools,
    );
    expect(steps.map(({ calls, hasOnlyErrors }) => [calls.length, hasOnlyErrors])).toEqual([
      [2, false],
      [1, true],
    ]);
  });
});
