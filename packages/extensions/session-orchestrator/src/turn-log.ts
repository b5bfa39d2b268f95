/** Of a running turn's events the last 16 MiB stay readable (WIRE.md section 4). */
export const windowBytes = 16 * 1024 * 1024;
/** To no less than this a running turn's log is shrunk. */
export const floorBytes = 256 * 1024;
/** What an entry costs beyond its text. */
const entryOverhead = 64;

/**
 * `open`: more comes. `broken`: the turn could not commit its end; its followers were let go.
 * `closed`: nothing more comes. `moved`: the turn goes on at another owner's. `cut-off`: what comes
 * next can not be had any more.
 */
export type TurnLogState = 'open' | 'broken' | 'closed' | 'moved' | 'cut-off';

/**
 * The numbered events of one turn, as JSON texts: one of the two truths (the other is the store).
 * Appending wakes the readers; each reads at its own pace by number.
 */
export class TurnLog {
  readonly conversationId: string;
  readonly turnId: string;
  /** The log of the conversation's next turn, once there is one. */
  successor: TurnLog | undefined;
  /** The log of the turn's next owner, once it is known. */
  continuation: TurnLog | undefined;
  /** The conversation's last seq before the turn; undefined where the log does not begin with the turn's first event. */
  previousSeq: number | undefined;
  state: TurnLogState = 'open';
  /** How often readers were let go before the log's end. */
  breaks = 0;
  bytes = 0;
  /** Up to here the turn's chunks are committed, and this event told so. */
  committedSeq = 0;
  commitNumber: number;
  /** Cursors of an earlier owner from here on are good; Infinity: there was none. */
  readonly earlierOwnerFrom: number;
  /** `closed` since, in `runtime.now` milliseconds. */
  closedAt = 0;

  readonly #base: number;
  readonly #account: (delta: number) => void;
  #entries: string[] = [];
  #first = 0;
  #dropped = 0;
  #waiting = new Set<() => void>();

  constructor(options: {
    readonly conversationId: string;
    readonly turnId: string;
    /** The number of the first event. */
    readonly base: number;
    readonly earlierOwnerFrom?: number;
    readonly previousSeq?: number;
    /** Told of every change of `bytes`. */
    readonly account: (delta: number) => void;
  }) {
    this.conversationId = options.conversationId;
    this.turnId = options.turnId;
    this.#base = options.base;
    this.#account = options.account;
    this.commitNumber = options.base - 1;
    this.earlierOwnerFrom = options.earlierOwnerFrom ?? Number.POSITIVE_INFINITY;
    this.previousSeq = options.previousSeq;
  }

  get base(): number {
    return this.#base;
  }

  /** The number that the next event gets. */
  get nextNumber(): number {
    return this.#base + this.#dropped + this.#entries.length - this.#first;
  }

  /** The number of the oldest event that is still there. */
  get firstNumber(): number {
    return this.#base + this.#dropped;
  }

  /**
   * What stands right behind the last commit is gone: its step was told too much. A reader has to
   * wait for the next commit, and read that from the store.
   */
  waitsForCommit(from: number): boolean {
    return this.state === 'open' && from === this.commitNumber + 1 && from < this.firstNumber;
  }

  append(json: string): void {
    this.#entries.push(json);
    const size = Buffer.byteLength(json) + entryOverhead;
    this.bytes += size;
    this.#account(size);
    if (this.bytes > windowBytes) this.shrinkTo(windowBytes);
    this.wake();
  }

  /** Drops the oldest events until no more than `maxBytes` are held. */
  shrinkTo(maxBytes: number): void {
    const before = this.bytes;
    while (this.bytes > maxBytes && this.#first < this.#entries.length) {
      this.bytes -= Buffer.byteLength(this.#entries[this.#first] ?? '') + entryOverhead;
      this.#entries[this.#first] = '';
      this.#first += 1;
      this.#dropped += 1;
    }
    this.#account(this.bytes - before);
    if (this.#first > 1024 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** From event number `from` on, about `maxBytes`, at least one where there is one. */
  read(from: number, maxBytes: number): string[] {
    const events: string[] = [];
    let length = 0;
    let index = from - this.firstNumber + this.#first;
    for (; index < this.#entries.length && length < maxBytes; index += 1) {
      const entry = this.#entries[index] ?? '';
      length += entry.length;
      events.push(entry);
    }
    return events;
  }

  /** Lets the readers go that have read all, though the turn's seal is still to come. */
  breakOff(): void {
    this.state = 'broken';
    this.breaks += 1;
    this.wake();
  }

  /** Nothing is appended any more. */
  close(at: number, state: 'closed' | 'moved' | 'cut-off' = 'closed'): void {
    this.state = state;
    this.closedAt = at;
    this.wake();
  }

  /** The turn's next owner tells the rest. */
  continueIn(log: TurnLog, at: number): void {
    this.continuation = log;
    this.close(at, 'moved');
  }

  /** Calls back once, when something changed; not after the returned function was called. */
  onChange(callback: () => void): () => void {
    const waiting = this.#waiting;
    waiting.add(callback);
    return () => waiting.delete(callback);
  }

  wake(): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const callback of waiting) callback();
  }
}
