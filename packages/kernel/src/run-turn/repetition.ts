import type { ContentPart } from '../content.ts';
import type { JsonValue } from '../json.ts';
import { sameJson } from '../same-json.ts';
import type { TurnLimits } from './options.ts';

export type Verdict = 'go-on' | 'notice' | 'end';

/** A call that ended, as far as repetitions go. */
export interface EndedCall {
  readonly name: string;
  readonly input: JsonValue;
  readonly content: readonly ContentPart[];
}

type Limits = Pick<
  TurnLimits,
  'repeatNotice' | 'repeatEnd' | 'repeatCycle' | 'errorStepsNotice' | 'errorStepsEnd'
>;

/**
 * Finds a turn that goes round in circles (KERNEL.md rule 10): the same call with the same input
 * and result, again and again, alone or in a cycle of a few calls; or step after step in which
 * every call failed. Pure: same row in, same verdicts out. Holds the last `repeatCycle` calls.
 */
export class RepetitionGuard {
  readonly #limits: Limits;
  /** The newest first. */
  readonly #last: EndedCall[] = [];
  /** `#runs[c - 1]`: how many calls in a row were the same as the one `c` before them. */
  readonly #runs: number[];
  #errorSteps = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#runs = new Array<number>(Math.max(1, limits.repeatCycle)).fill(0);
  }

  addCall(call: EndedCall): Verdict {
    let repeats = 1;
    for (let index = 0; index < this.#runs.length; index += 1) {
      const earlier = this.#last[index];
      const isSame = earlier !== undefined && isSameCall(earlier, call);
      const run = isSame ? (this.#runs[index] ?? 0) + 1 : 0;
      this.#runs[index] = run;
      repeats = Math.max(repeats, 1 + Math.floor(run / (index + 1)));
    }
    this.#last.unshift(call);
    if (this.#last.length > this.#runs.length) this.#last.pop();
    return verdict(repeats, this.#limits.repeatNotice, this.#limits.repeatEnd);
  }

  /** What the step under way is, should every call of it fail. */
  get errorVerdict(): Verdict {
    return verdict(this.#errorSteps + 1, this.#limits.errorStepsNotice, this.#limits.errorStepsEnd);
  }

  /** A step with calls is over. */
  addStep(hasOnlyErrors: boolean): void {
    this.#errorSteps = hasOnlyErrors ? this.#errorSteps + 1 : 0;
  }
}

function verdict(count: number, notice: number, end: number): Verdict {
  if (count >= end) return 'end';
  return count >= notice ? 'notice' : 'go-on';
}

function isSameCall(a: EndedCall, b: EndedCall): boolean {
  return a.name === b.name && sameJson(a.input, b.input) && sameJson(a.content, b.content);
}
