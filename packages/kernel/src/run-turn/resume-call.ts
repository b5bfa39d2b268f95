import type { JsonValue } from '../json.ts';
import type { Reconciled, Tool } from '../tool.ts';
import { textResult } from '../tool.ts';
import { type Call, type CallEnd, interrupted, unknownOutcomeText } from './call.ts';
import { withinDeadline } from './run-tool.ts';
import type { Turn } from './turn.ts';

/**
 * What becomes of a call that had started when its host was lost (KERNEL.md rule 4). Undefined: it
 * is known not to have happened, or may happen again, and runs. So does a durable call, whatever its
 * effect: what it has recorded does not happen again.
 */
export async function resumeCall(
  turn: Turn,
  call: Call,
  tool: Tool,
  input: JsonValue,
): Promise<CallEnd | undefined> {
  if (tool.isDurable === true) return undefined;
  if (tool.effect === 'pure' || tool.effect === 'idempotent') return undefined;
  if (tool.effect === 'reconcilable' && tool.reconcile !== undefined) {
    const answer: { found: Reconciled } = { found: { outcome: 'unknown' } };
    const end = await withinDeadline(turn, call, tool, async (context) => {
      const found = await tool.reconcile?.(input, context);
      if (found !== undefined) answer.found = found;
      return found?.outcome === 'done' ? found.result : textResult('');
    });
    const { outcome } = answer.found;
    if (outcome === 'not-done' && !end.isInterrupted) return undefined;
    if (outcome === 'done') return end;
  }
  return interrupted(unknownOutcomeText);
}
