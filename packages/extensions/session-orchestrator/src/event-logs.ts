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
  readonly #running = new Map<string, TurnLog>();
  /** In the order of their seals. */
  readonly #sealed = new Map<string, TurnLog>();
  readonly #onDrop: (log: TurnLog) => void;
  #total = 0;
  /** Growth since the budget was last enforced: doing it at each event would cost a scan of all logs. */
  #grown = 0;

  constructor(maxBytes: number, onDrop: (log: TurnLog) => void) {
    this.#maxBytes = maxBytes;
    this.#onDrop = onDrop;
  }

  get(turnId: string): TurnLog | undefined {
    return this.#running.get(turnId) ?? this.#sealed.get(turnId);
  }

  of(conversationId: string): TurnLog[] {
    const logs = [...this.#running.values(), ...this.#sealed.values()];
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

  open(options: {
    readonly conversationId: string;
    readonly turnId: string;
    readonly base: number;
    readonly earlierOwnerFrom?: number;
  }): TurnLog {
    const log = new TurnLog({ ...options, account: (delta) => this.#account(delta) });
    this.#running.set(log.turnId, log);
    return log;
  }

  /** The turn's log is closed: it is kept for ten minutes. */
  seal(log: TurnLog): void {
    this.#running.delete(log.turnId);
    this.#sealed.set(log.turnId, log);
  }

  drop(log: TurnLog): void {
    this.#running.delete(log.turnId);
    this.#sealed.delete(log.turnId);
    log.shrinkTo(0);
    log.wake();
    this.#onDrop(log);
  }

  /** Drops what was sealed more than ten minutes before `now`. */
  expire(now: number): void {
    for (const log of this.#sealed.values()) {
      if (now - log.closedAt < keepSealedMs) return;
      this.drop(log);
    }
  }

  #account(delta: number): void {
    this.#total += delta;
    this.#grown += delta;
    if (this.#total > this.#maxBytes && this.#grown > this.#maxBytes / 256) this.#fit();
  }

  #fit(): void {
    for (const log of this.#sealed.values()) {
      if (this.#total <= this.#maxBytes) break;
      this.drop(log);
    }
    if (this.#total > this.#maxBytes) {
      const largestFirst = [...this.#running.values()].sort((a, b) => b.bytes - a.bytes);
      for (const log of largestFirst) {
        if (this.#total <= this.#maxBytes || log.bytes <= floorBytes) break;
        log.shrinkTo(Math.max(floorBytes, log.bytes - (this.#total - this.#maxBytes)));
      }
    }
    this.#grown = 0;
  }
}
