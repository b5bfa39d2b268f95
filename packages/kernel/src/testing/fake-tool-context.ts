import type { OutputStream } from '../event.ts';
import { CallSteps } from '../run-turn/call-steps.ts';
import { standardLimits } from '../run-turn/limits.ts';
import type { ToolStep } from '../run-turn/options.ts';
import type { ToolContext } from '../tool.ts';

/** A tool's context that keeps what the tool prints and what its steps give. */
export interface FakeToolContext extends ToolContext {
  /** In the order in which it was printed. */
  readonly printed: readonly { readonly stream: OutputStream; readonly delta: string }[];
  /** As far as they were recorded in this run, in the order in which they were. */
  readonly recordedSteps: readonly ToolStep[];
}

export interface FakeToolContextParts extends Partial<Omit<ToolContext, 'signal'>> {
  readonly signal: AbortSignal;
  /** What an earlier run of the call has recorded. */
  readonly earlierSteps?: readonly ToolStep[];
  /** Carries the recording of a step; what it throws is that the step could not be recorded. */
  readonly onToolStep?: (step: ToolStep) => Promise<void> | void;
}

/** Made of a signal, which the caller owns, and whatever else a test wants to say itself. */
export function fakeToolContext(parts: FakeToolContextParts): FakeToolContext {
  const { earlierSteps = [], onToolStep, ...rest } = parts;
  const printed: { stream: OutputStream; delta: string }[] = [];
  const recordedSteps: ToolStep[] = [];
  const steps = new CallSteps({
    limits: standardLimits,
    recorded: earlierSteps,
    async record(step) {
      await onToolStep?.(step);
      recordedSteps.push(step);
    },
  });
  return {
    callId: 'call-1',
    conversationId: 'conversation-1',
    turnId: 'turn-1',
    stepId: 'turn-1#0',
    span: { traceId: '0'.repeat(31).concat('1'), spanId: '0'.repeat(15).concat('1') },
    output: (stream, delta) => {
      printed.push({ stream, delta });
    },
    step: {
      do(name, fn) {
        if (parts.signal.aborted) steps.stop('The call was cut off.');
        return steps.do(name, fn);
      },
    },
    ...rest,
    printed,
    recordedSteps,
  };
}
