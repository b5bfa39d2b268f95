import type { Chunk } from '@dispatch/wire';
import { type ParsedChunk, parseChunk } from '../conversation/parse-chunk.ts';
import type { StreamChecker } from './stream-checker.ts';
import type { StreamViolation } from './violation.ts';

/** A committed chunk, as a client is told it or as the store keeps it. */
export type HistoryChunk = { readonly turnId: string } & (
  | { readonly chunk: Chunk }
  | { readonly json: string }
);

interface CommittedStep {
  readonly turnId: string;
  text: string;
  readonly callIds: string[];
}

/**
 * Where what was told and what was committed differ: of each step whose completion was told the text,
 * byte for byte, and the calls; of each turn that was told whole, that no committed step was left out.
 *
 * `chunks` is the whole history, read after the checker's last event; `readText` may be a
 * `chunkReader`. Empty where all is well.
 */
export function compareWithHistory(
  checker: Pick<StreamChecker, 'steps' | 'wholeTurns'>,
  chunks: readonly HistoryChunk[],
  readText: (json: string) => ParsedChunk = parseChunk,
): readonly StreamViolation[] {
  const committed = stepsOf(chunks, readText);
  const violations: StreamViolation[] = [];
  for (const { turnId, stepId, text, callIds } of checker.steps.values()) {
    const step = committed.get(stepId);
    const committedText = step?.text ?? '';
    if (committedText !== text) {
      const message = `${stepId}: ${difference(text, committedText)}`;
      violations.push({ code: 'text-mismatch', turnId, message });
    }
    const committedIds = step?.callIds ?? [];
    if (committedIds.join() !== callIds.join()) {
      const message = `${stepId}: told ${callIds.join() || 'no call'}, committed ${committedIds.join() || 'none'}.`;
      violations.push({ code: 'calls-mismatch', turnId, message });
    }
  }
  const whole = new Set(checker.wholeTurns.map((turn) => turn.turnId));
  for (const [stepId, { turnId }] of committed) {
    if (!whole.has(turnId) || checker.steps.has(stepId)) continue;
    violations.push({ code: 'step-not-told', turnId, message: `${stepId} was committed.` });
  }
  return violations;
}

function stepsOf(
  chunks: readonly HistoryChunk[],
  readText: (json: string) => ParsedChunk,
): ReadonlyMap<string, CommittedStep> {
  const steps = new Map<string, CommittedStep>();
  for (const each of chunks) {
    const chunk = readChunk(each, readText);
    if (chunk === undefined || !('stepId' in chunk) || chunk.stepId === undefined) continue;
    let step = steps.get(chunk.stepId);
    if (step === undefined) {
      step = { turnId: each.turnId, text: '', callIds: [] };
      steps.set(chunk.stepId, step);
    }
    if (chunk.type === 'text') step.text += chunk.text;
    else if (chunk.type === 'tool-call') step.callIds.push(chunk.callId);
  }
  return steps;
}

/** One that can not be read is `checkConversation`'s to find. */
function readChunk(each: HistoryChunk, readText: (json: string) => ParsedChunk): Chunk | undefined {
  if ('chunk' in each) return each.chunk;
  const parsed = readText(each.json);
  return parsed.ok ? parsed.chunk : undefined;
}

function difference(told: string, committed: string): string {
  let at = 0;
  while (at < told.length && told[at] === committed[at]) at += 1;
  return `told ${told.length} characters, committed ${committed.length}; they part at ${at}.`;
}
