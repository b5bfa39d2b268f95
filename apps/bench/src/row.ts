/** One line of the table: a figure, the floor of the same run, and the bar that it is held to. */
export interface Result {
  readonly row: string;
  readonly figure: string;
  readonly ours: string;
  readonly floor: string;
  readonly value: string;
  readonly bar: string;
  /** Undefined: there is no bar, the figure is told beside one. */
  readonly isMet?: boolean;
}

export interface Measured {
  readonly results: readonly Result[];
  /** Every sample, by its name. */
  readonly samples: Readonly<Record<string, unknown>>;
}

export interface Row {
  readonly name: string;
  readonly what: string;
  /** Unless told otherwise; 5 where it is absent. */
  readonly repetitions?: number;
  measure(repetitions: number, tell: (progress: string) => void): Promise<Measured>;
}

/** A ratio with its bar. */
export function ratioResult(
  row: string,
  figure: string,
  texts: { readonly ours: string; readonly floor: string },
  ratio: number,
  atMost: number,
): Result {
  return {
    row,
    figure,
    ...texts,
    value: `${ratio.toFixed(2)} x`,
    bar: `at most ${atMost} x`,
    isMet: ratio <= atMost,
  };
}
