import { CodedError } from '@dispatch/contracts';
import { floorBytes, TurnLog } from './turn-log.ts';

/** After its seal a turn's events stay readable for ten minutes (WIRE.md section 4). */
export const keepSealedMs = 10 * 60 * 1000;

/**
 * The event logs of all turns of this host, within one budget of memory. Over it the turns sealed
 * longest ago go first, then the largest running ones shrink, to no less than 256 KiB each; where
 * even that is full no new turn is taken in.
 */
export class EventLogs {
  readonly #maxBytes: number;
  /** Of turns that run here. */
  readonly #running = new Map<string, TurnLog>();
  /** Copies of what other hosts tell. */
  readonly #mirrored = new Set<TurnLog>();
  /** In the order of their seals. */
  readonly #sealed = new Set<TurnLog>();
  /** Of the sealed, those of turns that ran here. */
  readonly #sealedHere = new Map<string, TurnLog>();
  readonly #onDrop: (log: TurnLog) => void;
  #total = 0;
  /** Growth since the budget was last enforced: doing it at each event would cost a scan of all logs. */
  #grown = 0;

  constructor(maxBytes: number, onDrop: (log: TurnLog) => void) {
    this.#maxBytes = maxBytes;
    this.#onDrop = onDrop;
  }

  /** The log of a turn that runs or ran on this host. */
  get(turnId: string): TurnLog | undefined {
    return this.#running.get(turnId) ?? this.#sealedHere.get(turnId);
  }

  of(conversationId: string): TurnLog[] {
    const logs = [...this.#running.values(), ...this.#mirrored, ...this.#sealed];
    return logs.filter((log) => log.conversationId === conversationId);
  }

  /** Throws `overloaded` where a new turn's events have no room. */
  admit(): void {
    let unshrinkable = 0;
    for (const log of this.#running.values()) unshrinkable += Math.min(log.bytes, floorBytes);
    if (unshrinkable < this.#maxBytes) return;
    throw new CodedError('overloaded', {
      message: 'The event logs of the running turns fill the memory they may use. Try again later.',
      hint: 'DISPATCH_EVENT_LOG_MB sets that memory.',
    });
  }

  open(options: NewLog): TurnLog {
    const log = this.#make(options);
    this.#running.set(log.turnId, log);
    return log;
  }

  /** A log that another host's is copied into. */
  openMirror(options: NewLog): TurnLog {
    const log = this.#make(options);
    this.#mirrored.add(log);
    return log;
  }

  /** The turn's log is closed: it is kept for ten minutes. */
  seal(log: TurnLog): void {
    if (!this.#mirrored.delete(log)) {
      this.#running.delete(log.turnId);
      this.#sealedHere.set(log.turnId, log);
    }
    this.#sealed.add(log);
  }

  /** Does nothing where it is dropped already. */
  drop(log: TurnLog): void {
    const isRunning = this.#running.get(log.turnId) === log;
    if (isRunning) this.#running.delete(log.turnId);
    if (this.#sealedHere.get(log.turnId) === log) this.#sealedHere.delete(log.turnId);
    const isMirrored = this.#mirrored.delete(log);
    const isSealed = this.#sealed.delete(log);
    if (!isRunning && !isMirrored && !isSealed) return;
    log.shrinkTo(0);
    log.wake();
    this.#onDrop(log);
  }

  /** Drops what was sealed more than ten minutes before `now`. */
  expire(now: number): void {
    for (const log of this.#sealed) {
      if (now - log.closedAt < keepSealedMs) return;
      this.drop(log);
    }
  }

  sizes(): { readonly logs: number; readonly logBytes: number } {
    const logs = this.#running.size + this.#mirrored.size + this.#sealed.size;
    return { logs, logBytes: this.#total };
  }

  #make(options: NewLog): TurnLog {
    return new TurnLog({ ...options, account: (delta) => this.#account(delta) });
  }

  #account(delta: number): void {
    this.#total += delta;
    this.#grown += delta;
    if (this.#total > this.#maxBytes && this.#grown > this.#maxBytes / 256) this.#fit();
  }

  #fit(): void {
    for (const log of this.#sealed) {
      if (this.#total <= this.#maxBytes) break;
      this.drop(log);
    }
    if (this.#total > this.#maxBytes) {
      const largestFirst = [...this.#running.values(), ...this.#mirrored].sort(
        (a, b) => b.bytes - a.bytes,
      );
      for (const log of largestFirst) {
        if (this.#total <= this.#maxBytes || log.bytes <= floorBytes) break;
        log.shrinkTo(Math.max(floorBytes, log.bytes - (this.#total - this.#maxBytes)));
      }
    }
    this.#grown = 0;
  }
}

export interface NewLog {
  readonly conversationId: string;
  readonly turnId: string;
  /** The number of the first event. */
  readonly base: number;
  readonly earlierOwnerFrom?: number;
  readonly previousSeq?: number;
}
