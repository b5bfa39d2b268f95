import type { OutputStream } from '../event.ts';
import type { ToolContext } from '../tool.ts';

/** A tool's context that keeps what the tool prints. */
export interface FakeToolContext extends ToolContext {
  /** In the order in which it was printed. */
  readonly printed: readonly { readonly stream: OutputStream; readonly delta: string }[];
}

/** Made of a signal, which the caller owns, and whatever else a test wants to say itself. */
export function fakeToolContext(
  parts: Partial<ToolContext> & Pick<ToolContext, 'signal'>,
): FakeToolContext {
  const printed: { stream: OutputStream; delta: string }[] = [];
  return {
    callId: 'call-1',
    conversationId: 'conversation-1',
    turnId: 'turn-1',
    stepId: 'turn-1#0',
    span: { traceId: '0'.repeat(31).concat('1'), spanId: '0'.repeat(15).concat('1') },
    output: (stream, delta) => {
      printed.push({ stream, delta });
    },
    ...parts,
    printed,
  };
}
