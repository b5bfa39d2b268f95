import { CallRow, type EndedCall, type Verdict, verdict } from './call-row.ts';
import type { TurnLimits } from './options.ts';

/** A step with calls, over. */
export interface EndedStep {
  /** In the order of the stream. */
  readonly calls: readonly EndedCall[];
  readonly hasOnlyErrors: boolean;
}

/**
 * Finds a turn that goes round in circles (KERNEL.md rule 10): the same call with the same input
 * and result, again and again, alone or in a cycle of a few calls; or step after step in which
 * every call failed. Pure: same steps in, same verdicts out, so a turn that is resumed is found as
 * soon as one that was never interrupted.
 */
export class RepetitionGuard {
  readonly #limits: TurnLimits;
  readonly #row: CallRow;
  #errorSteps = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
    this.#row = new CallRow(limits);
  }

  /** For the notices of the step under way: its calls are judged as they end. */
  startStep(): CallRow {
    return this.#row.copy();
  }

  /** What the step under way is, should every call of it fail. */
  get errorVerdict(): Verdict {
    return verdict(this.#errorSteps + 1, this.#limits.errorStepsNotice, this.#limits.errorStepsEnd);
  }

  /** Takes a step in. Returns why the turn is to end with it. */
  addStep(step: EndedStep): 'no-progress' | 'too-many-errors' | undefined {
    let isNoProgress = false;
    for (const call of step.calls) if (this.#row.add(call) === 'end') isNoProgress = true;
    const { errorVerdict } = this;
    this.#errorSteps = step.hasOnlyErrors ? this.#errorSteps + 1 : 0;
    if (isNoProgress) return 'no-progress';
    return step.hasOnlyErrors && errorVerdict === 'end' ? 'too-many-errors' : undefined;
  }
}
