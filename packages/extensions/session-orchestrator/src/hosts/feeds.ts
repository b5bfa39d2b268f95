import type { EventLogs } from '../event-logs.ts';
import type { TurnLog } from '../turn-log.ts';
import { Feed } from './feed.ts';
import { type EventsHead, formatEvents, type ToOne, topicOf } from './host-messages.ts';

type Follow = Extract<ToOne, { kind: 'follow' }>;

/** A host that is not heard of for so many heartbeats is told no more. */
const patience = 4;
/** Beyond it further hosts are told that the turn is unknown, and look into the store. */
const maxFeeds = 20_000;

/** What this host tells others of its turns. */
export class Feeds {
  readonly #logs: EventLogs;
  readonly #publish: (topic: string, text: string) => void;
  readonly #feeds = new Map<string, Feed>();

  constructor(logs: EventLogs, publish: (topic: string, text: string) => void) {
    this.#logs = logs;
    this.#publish = publish;
  }

  follow({ host, mirrorId, turnId, from, isGap }: Follow, now: number): void {
    const log = this.#logs.get(turnId);
    const known = this.#feeds.get(mirrorId);
    if (known !== undefined && known.log === log) {
      known.wants(from, isGap, now);
      return;
    }
    // Given up here, and perhaps taken up again: the log that it was fed from says nothing more.
    this.unfollow(mirrorId);
    const topic = topicOf(host);
    const send = (text: string) => this.#publish(topic, text);
    const start = log === undefined ? undefined : startIn(log, from);
    if (log === undefined || this.#feeds.size >= maxFeeds) {
      send(formatEvents(nothing(mirrorId, 'unknown'), []));
    } else if (start === undefined) {
      send(formatEvents(nothing(mirrorId, 'lost'), []));
    } else {
      const feed = new Feed({ mirrorId, log, send }, start, now);
      this.#feeds.set(mirrorId, feed);
      void feed.pump();
    }
  }

  get size(): number {
    return this.#feeds.size;
  }

  unfollow(mirrorId: string): void {
    this.#feeds.get(mirrorId)?.close();
    this.#feeds.delete(mirrorId);
  }

  /** Ends the feeds of hosts that have not been heard of for too long. */
  expire(now: number, heartbeatMs: number): void {
    for (const [mirrorId, feed] of this.#feeds) {
      if (now - feed.heardAt > patience * heartbeatMs) this.unfollow(mirrorId);
    }
  }
}

/** Where a reader that wants `from` begins in this owner's log; undefined: what it lacks is gone. */
function startIn(log: TurnLog, from: number): number | undefined {
  if (from < log.base && from - 1 < log.earlierOwnerFrom) return undefined;
  const start = Math.max(from, log.base);
  const isThere = start >= log.firstNumber || log.waitsForCommit(start);
  // One more than there is: its commit can be seen in the store before it is told.
  return isThere && start <= log.nextNumber + 1 ? start : undefined;
}

function nothing(mirrorId: string, state: 'unknown' | 'lost'): EventsHead {
  return {
    kind: 'events',
    mirrorId,
    state,
    from: 0,
    nextNumber: 0,
    base: 0,
    earlierOwnerFrom: null,
    previousSeq: null,
    committedSeq: 0,
    breaks: 0,
  };
}
