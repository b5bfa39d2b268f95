/** The first of many, in their order, without holding all. */
export class FirstOf<T> {
  readonly #limit: number;
  readonly #compare: (left: T, right: T) => number;
  #kept: T[] = [];
  /** Behind this one nothing is kept any more. */
  #last: T | undefined;
  #count = 0;

  constructor(limit: number, compare: (left: T, right: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(item: T): void {
    this.#count += 1;
    if (this.#last !== undefined && this.#compare(item, this.#last) >= 0) return;
    this.#kept.push(item);
    if (this.#kept.length > 2 * this.#limit + 1000) this.#trim();
  }

  /** How many were added. */
  get count(): number {
    return this.#count;
  }

  /** The first `limit` of all that were added. */
  get items(): readonly T[] {
    this.#trim();
    return this.#kept;
  }

  #trim(): void {
    this.#kept.sort(this.#compare);
    if (this.#kept.length < this.#limit) return;
    this.#kept.length = this.#limit;
    this.#last = this.#kept.at(-1);
  }
}
