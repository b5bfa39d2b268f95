/** What one reader was told of a turn of one step. */
export class WatchedTurn {
  readonly #askedAt = performance.now();
  /** From the asking to the first delta. */
  firstMs = Number.NaN;
  /** Of its deltas; those of a step that was told anew are gone. */
  arrivals: number[] = [];
  /** How often it was taken for lost. */
  resets = 0;

  hear(type: string | undefined, isOfFirstStep: boolean, at: number): void {
    if (type === 'step-reset') {
      this.resets += 1;
      // Of a later one: the step itself is committed.
      if (isOfFirstStep) this.arrivals = [];
    } else if (type === 'text-delta') {
      if (Number.isNaN(this.firstMs)) this.firstMs = at - this.#askedAt;
      this.arrivals.push(at);
    }
  }

  hearLine(line: string, at: number): void {
    this.hear(typeOf(line), line.includes('#0"'), at);
  }

  /** Throws unless it came whole. */
  require(deltas: number): void {
    const { length } = this.arrivals;
    if (length !== deltas) throw new Error(`${length} of ${deltas} deltas came`);
  }
}

/** Of an event's line; cheaper than reading all of it. */
export function typeOf(line: string): string | undefined {
  return /"type":"([a-z-]+)"/.exec(line)?.[1];
}
