import type { Conversation, Follower } from '@dispatch/contracts';
import type { Headers } from '../access/cors.ts';
import type { Answer } from '../answer.ts';

const streamHeaders: Headers = {
  'content-type': 'application/x-ndjson; charset=utf-8',
  'cache-control': 'no-store',
  // A proxy that gathers an answer before it passes it on would hold events back.
  'x-accel-buffering': 'no',
};

/** 200 with a stream of events. */
export function eventsAnswer(follower: Follower, headers: Headers): Answer {
  return { kind: 'events', follower, headers: { ...streamHeaders, ...headers } };
}

/** A `resync` line alone: of a turn whose events are gone and with nothing to follow. */
export function lostFollower({ lastSeq }: Conversation): Follower {
  let isTold = false;
  return {
    async next() {
      if (isTold) return undefined;
      isTold = true;
      return { resync: { lastSeq } };
    },
    close() {
      isTold = true;
    },
  };
}
