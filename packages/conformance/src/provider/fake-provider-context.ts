import type { ProviderContext } from '@dispatch/kernel';

/** A provider's context made of a signal, which the caller owns, and what else a test wants to say itself. */
export function fakeProviderContext(
  parts: Partial<ProviderContext> & Pick<ProviderContext, 'signal'>,
): ProviderContext {
  const turnId = parts.turnId ?? 'turn-1';
  const stepIndex = parts.stepIndex ?? 0;
  return {
    conversationId: 'conversation-1',
    turnId,
    stepId: `${turnId}#${stepIndex}`,
    stepIndex,
    attempt: 1,
    span: { traceId: '0'.repeat(31).concat('1'), spanId: '0'.repeat(15).concat('1'), turnId },
    turnMessage: [],
    ...parts,
  };
}
