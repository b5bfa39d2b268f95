/** One life of a host's process. What would reach it from outside comes in by `enter`. */
export class Incarnation {
  readonly name: string;
  readonly #soon: (run: () => void) => void;
  #state: 'running' | 'frozen' | 'thawing' | 'dead' = 'running';
  #held: (() => void)[] = [];
  #ends: (() => void)[] = [];

  /** `soon` calls back when all promises have settled. */
  constructor(name: string, soon: (run: () => void) => void) {
    this.name = name;
    this.#soon = soon;
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isFrozen(): boolean {
    return this.#state === 'frozen';
  }

  /** Runs now, once it is thawed, or never. */
  enter(run: () => void): void {
    if (this.#state === 'running') run();
    else if (this.#state !== 'dead') this.#held.push(run);
  }

  /** `SIGSTOP`: nothing reaches it until `thaw`. */
  freeze(): void {
    if (this.#state !== 'dead') this.#state = 'frozen';
  }

  /** `SIGCONT`: what was held comes at once, but one by one, as from an event loop. */
  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'thawing';
    this.#takeHeld();
  }

  #takeHeld(): void {
    if (this.#state !== 'thawing') return;
    const run = this.#held.shift();
    if (run === undefined) {
      this.#state = 'running';
      return;
    }
    run();
    this.#soon(() => this.#takeHeld());
  }

  /** `SIGKILL`: no sleep of it wakes and no call of it returns. What waits for them is garbage. */
  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#held = [];
    const ends = this.#ends;
    this.#ends = [];
    for (const end of ends) end();
  }

  /** Calls back when the process is gone, as its peers see it. */
  onEnd(callback: () => void): void {
    if (this.#state === 'dead') callback();
    else this.#ends.push(callback);
  }
}
