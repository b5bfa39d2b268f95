/** One life of a host's process. What would reach it from outside comes in by `enter`. */
export class Incarnation {
  readonly name: string;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #held: (() => void)[] = [];
  #ends: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
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
    else if (this.#state === 'frozen') this.#held.push(run);
  }

  /** `SIGSTOP`: nothing reaches it until `thaw`, and then all at once. */
  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    const held = this.#held;
    this.#held = [];
    for (const run of held) this.enter(run);
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
