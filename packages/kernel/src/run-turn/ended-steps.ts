import type { Chunk, ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import type { Tool } from '../tool.ts';
import type { EndedCall } from './call-row.ts';
import { comparable } from './notices.ts';
import type { EndedStep } from './repetition.ts';

type Tools = ReadonlyMap<string, Tool>;

interface CallAndResult {
  readonly chunk: ToolCallChunk;
  readonly result: ToolResultChunk | undefined;
}

/**
 * A step as the guard takes it in. Results that the kernel invented tell nothing of the model's
 * progress, and of identical `pure` calls one has run.
 */
export function endedStep(calls: readonly CallAndResult[], tools: Tools): EndedStep {
  const ended: EndedCall[] = [];
  const seen = new Set<string>();
  let failed = 0;
  for (const { chunk, result } of calls) {
    if (result === undefined || result.isError) failed += 1;
    if (result === undefined || result.interrupted === true) continue;
    const { name, input } = chunk;
    if (tools.get(name)?.effect === 'pure') {
      const key = sharedKey(chunk);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    ended.push({ name, input, content: comparable(result.content) });
  }
  return { calls: ended, hasOnlyErrors: failed === calls.length };
}

/** The same for `pure` calls that run once. */
export function sharedKey({ name, input }: ToolCallChunk): string {
  return `${name} ${JSON.stringify(input)}`;
}

/** The steps with calls that these committed chunks hold, oldest first. */
export function endedSteps(chunks: readonly Chunk[], tools: Tools): EndedStep[] {
  const results = new Map<string, ToolResultChunk>();
  const steps = new Map<string, ToolCallChunk[]>();
  for (const chunk of chunks) {
    if (chunk.type === 'tool-result') results.set(chunk.callId, chunk);
    if (chunk.type !== 'tool-call') continue;
    const calls = steps.get(chunk.stepId);
    if (calls === undefined) steps.set(chunk.stepId, [chunk]);
    else calls.push(chunk);
  }
  return Array.from(steps.values(), (calls) =>
    endedStep(
      calls.map((chunk) => ({ chunk, result: results.get(chunk.callId) })),
      tools,
    ),
  );
}
