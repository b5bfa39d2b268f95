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

type Limits = Pick<TurnLimits, 'repeatNotice' | 'repeatEnd' | 'repeatCycle'>;

/** Calls in a row. Holds the last `repeatCycle` of them. */
export class CallRow {
  readonly #limits: Limits;
  /** The newest first. */
  #last: EndedCall[] = [];
  /** `#runs[c - 1]`: how many calls in a row were the same as the one `c` before them. */
  #runs: number[];

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#runs = new Array<number>(Math.max(1, limits.repeatCycle)).fill(0);
  }

  copy(): CallRow {
    const row = new CallRow(this.#limits);
    row.#last = [...this.#last];
    row.#runs = [...this.#runs];
    return row;
  }

  add(call: EndedCall): Verdict {
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
}

export function verdict(count: number, notice: number, end: number): Verdict {
  if (count >= end) return 'end';
  return count >= notice ? 'notice' : 'go-on';
}

function isSameCall(a: EndedCall, b: EndedCall): boolean {
  return a.name === b.name && sameJson(a.input, b.input) && sameJson(a.content, b.content);
}
