import type { TurnLog } from '../turn-log.ts';
import { type EventsHead, formatEvents } from './host-messages.ts';

/** What one message carries. */
const batchBytes = 64 * 1024;
/** Sent and not yet said to have come: beyond it the feed waits. */
const unackedBytes = 1024 * 1024;

export interface FeedOptions {
  readonly mirrorId: string;
  readonly log: TurnLog;
  readonly send: (text: string) => void;
}

/**
 * Tells one other host the events of a turn that runs, or ran, here. Messages may be lost: the other
 * side says how far it has come, and is told again from there.
 */
export class Feed {
  readonly #options: FeedOptions;
  #next: number;
  #toldState: EventsHead['state'] | undefined;
  #isClosed = false;
  #isPumping = false;
  /** Sent and not yet acknowledged, oldest first: how far it goes, and its size. */
  #unacked: { readonly upTo: number; readonly bytes: number }[] = [];
  #unackedBytes = 0;
  /** Something was sent since the other side was heard last. */
  #hasSent = false;
  /** When the other side was heard last. */
  heardAt: number;

  constructor(options: FeedOptions, from: number, now: number) {
    this.#options = options;
    this.#next = from;
    this.heardAt = now;
  }

  get log(): TurnLog {
    return this.#options.log;
  }

  /** The other side has all before `from`, and wants what follows. */
  wants(from: number, isGap: boolean, now: number): void {
    this.heardAt = now;
    while (this.#unacked[0] !== undefined && this.#unacked[0].upTo <= from) {
      this.#unackedBytes -= this.#unacked.shift()?.bytes ?? 0;
    }
    // Nothing was sent since it spoke last, and it still lacks some: that was lost.
    if (from < this.#next && (isGap || !this.#hasSent)) this.#rewind(from);
    this.#hasSent = false;
    // An answer is a sign of life, even where it says nothing new.
    this.#toldState = undefined;
    void this.pump();
  }

  #rewind(from: number): void {
    this.#next = from;
    this.#unacked = [];
    this.#unackedBytes = 0;
  }

  /** Sends what there is, and waits for more until it is closed. */
  async pump(): Promise<void> {
    if (this.#isPumping) {
      this.#options.log.wake();
      return;
    }
    this.#isPumping = true;
    const { log } = this.#options;
    while (!this.#isClosed) {
      if (this.#next < log.firstNumber && !log.waitsForCommit(this.#next)) {
        if (this.#toldState !== 'lost') this.#tell('lost', []);
      } else if (this.#unackedBytes < unackedBytes) {
        this.#sendBatch(log);
      }
      await new Promise<void>((resolve) => log.onChange(resolve));
    }
    this.#isPumping = false;
  }

  #sendBatch(log: TurnLog): void {
    for (;;) {
      const events = this.#next < log.firstNumber ? [] : log.read(this.#next, batchBytes);
      if (events.length === 0 && this.#toldState === stateOf(log)) return;
      this.#tell(stateOf(log), events);
      if (events.length === 0 || this.#unackedBytes >= unackedBytes) return;
    }
  }

  #tell(state: EventsHead['state'], events: readonly string[]): void {
    const { log, mirrorId, send } = this.#options;
    const text = formatEvents({ ...headOf(log), mirrorId, state, from: this.#next }, events);
    this.#next += events.length;
    this.#toldState = state;
    if (events.length > 0) {
      this.#hasSent = true;
      this.#unacked.push({ upTo: this.#next, bytes: text.length });
      this.#unackedBytes += text.length;
    }
    send(text);
  }

  close(): void {
    this.#isClosed = true;
    this.#options.log.wake();
  }
}

function stateOf(log: TurnLog): EventsHead['state'] {
  return log.state === 'moved' || log.state === 'cut-off' ? 'unknown' : log.state;
}

function headOf(log: TurnLog): Omit<EventsHead, 'mirrorId' | 'state' | 'from'> {
  const { earlierOwnerFrom } = log;
  return {
    kind: 'events',
    nextNumber: log.nextNumber,
    base: log.base,
    earlierOwnerFrom: Number.isFinite(earlierOwnerFrom) ? earlierOwnerFrom : null,
    previousSeq: log.previousSeq ?? null,
    committedSeq: log.committedSeq,
    breaks: log.breaks,
  };
}
