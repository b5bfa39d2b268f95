import { fnvAdd, fnvDigest, fnvStart } from '../fnv.ts';
import type { TurnLimits } from './options.ts';

/** Of calls that are longer than this only a hash is kept. */
const longestPlain = 256;

export type Verdict = 'go-on' | 'notice' | 'end';

/**
 * Finds a turn that goes round in circles (KERNEL.md rule 10): the same call with the same input
 * and result, again and again, alone or in a cycle of a few calls; or step after step in which
 * every call failed. Pure: same row in, same verdicts out. Holds a bounded row.
 */
export class RepetitionGuard {
  readonly #limits: Pick<
    TurnLimits,
    'repeatNotice' | 'repeatEnd' | 'repeatCycle' | 'errorStepsNotice' | 'errorStepsEnd'
  >;
  /** The newest last. */
  #row: string[] = [];
  #errorSteps = 0;

  constructor(limits: RepetitionGuard['limits']) {
    this.#limits = limits;
  }

  get limits(): Pick<
    TurnLimits,
    'repeatNotice' | 'repeatEnd' | 'repeatCycle' | 'errorStepsNotice' | 'errorStepsEnd'
  > {
    return this.#limits;
  }

  /** A call ended. `text` stands for its name, input and result. */
  addCall(text: string): Verdict {
    const { repeatCycle, repeatEnd, repeatNotice } = this.#limits;
    this.#row.push(text.length <= longestPlain ? text : fnvDigest(fnvAdd(fnvStart, text)));
    const most = repeatCycle * repeatEnd;
    if (this.#row.length > most * 2) this.#row = this.#row.slice(-most);
    let repeats = 1;
    for (let cycle = 1; cycle <= repeatCycle; cycle += 1) {
      repeats = Math.max(repeats, repeatsOf(this.#row, cycle));
    }
    return verdict(repeats, repeatNotice, repeatEnd);
  }

  /** All calls of a step but the last have ended; tells what the step is, should the last fail too. */
  peekErrorStep(): Verdict {
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

/** How often the last `cycle` entries stand in a row at the end. */
function repeatsOf(row: readonly string[], cycle: number): number {
  let index = row.length - 1;
  while (index >= cycle && row[index] === row[index - cycle]) index -= 1;
  const same = row.length - 1 - index;
  return row.length < cycle ? 0 : 1 + Math.floor(same / cycle);
}
