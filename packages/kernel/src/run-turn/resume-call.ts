import type { Span } from '../logging.ts';
import { type Reconciled, type Tool, textResult } from '../tool.ts';
import { type Call, type CallEnd, interrupted } from './call.ts';
import { withinDeadline } from './run-tool.ts';
import type { Turn } from './turn.ts';

/**
 * What becomes of a call that had started when its host was lost (KERNEL.md rule 4). Undefined: it
 * is known not to have happened, or may happen again, and runs.
 */
export async function resumeCall(
  turn: Turn,
  call: Call,
  tool: Tool,
  span: Span,
): Promise<CallEnd | undefined> {
  if (tool.effect === 'pure' || tool.effect === 'idempotent') return undefined;
  const { reconcile } = tool;
  if (tool.effect === 'reconcilable' && reconcile !== undefined) {
    let found: Reconciled = { outcome: 'unknown' };
    const timeoutMs = tool.timeoutMs ?? turn.limits.toolTimeoutMs;
    const end = await withinDeadline(turn, call, timeoutMs, span, async (context) => {
      found = await reconcile.call(tool, call.chunk.input, context);
      return found.outcome === 'done' ? found.result : textResult('');
    });
    // Widened again: the assignment stands inside a callback.
    const { outcome } = found as Reconciled;
    if (outcome === 'not-done') return undefined;
    if (outcome === 'done') return end;
  }
  return interrupted(
    'The host was lost while this call ran. Whether it took effect is not known: look before you call it again.',
  );
}
