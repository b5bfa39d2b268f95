import { type Cursor, formatCursor, type ServerFrame } from '@dispatch/wire';
import type { FollowItem } from '../http/follow-turn.ts';
import { arrivalOf, positionAfter } from '../position.ts';

/** What a frame means to the reader of one conversation. */
export type ChannelStep =
  | { readonly type: 'deliver'; readonly item: FollowItem }
  | { readonly type: 'ignore' }
  /** Something is missing: connect again and go on from the cursor. */
  | { readonly type: 'reconnect' }
  /** The cursor is gone in mid-stream: subscribe again without one. */
  | { readonly type: 'resubscribe' };

/**
 * One conversation on one socket, as decisions without a socket: what to subscribe with, and what
 * each frame means. Between `subscribing` and `acknowledged` all frames are of an older subscription.
 */
export interface Channel {
  /** Fields of the next `chat.subscribe`. `fresh`: without the cursor, for a snapshot. */
  subscribing(fresh: boolean): { readonly sinceSeq?: number; readonly cursor?: string };
  /** The ack came. `withoutSnapshot`: of a `chat.send`, whose deltas begin with its turn. */
  acknowledged(withoutSnapshot: boolean): void;
  receive(frame: ServerFrame): ChannelStep;
}

const ignore: ChannelStep = { type: 'ignore' };

type Phase = 'waiting' | 'before-snapshot' | 'live';

export function createChannel(start: { cursor?: Cursor; sinceSeq?: number }): Channel {
  let position = start.cursor;
  let phase: Phase = 'waiting';
  let isContinued = false;

  return {
    subscribing(fresh) {
      phase = 'waiting';
      if (fresh) position = undefined;
      isContinued = position !== undefined;
      return {
        ...(start.sinceSeq === undefined ? {} : { sinceSeq: start.sinceSeq }),
        ...(position === undefined ? {} : { cursor: formatCursor(position) }),
      };
    },
    acknowledged(withoutSnapshot) {
      phase = withoutSnapshot ? 'live' : 'before-snapshot';
    },
    receive(frame) {
      if (phase === 'waiting') return ignore;
      switch (frame.type) {
        case 'chat.resync':
          if (phase === 'live') return { type: 'resubscribe' };
          isContinued = false;
          return ignore;
        case 'chat.snapshot': {
          phase = 'live';
          // The answer to a good cursor holds no chunks: what was told before still stands.
          if (isContinued) return ignore;
          position = positionAfter(frame.activeTurn);
          return { type: 'deliver', item: { ...frame, type: 'snapshot' } };
        }
        case 'chat.delta': {
          const arrival = arrivalOf(position, frame.event);
          if (arrival === 'gap') return { type: 'reconnect' };
          if (arrival === 'duplicate') return ignore;
          position = { turnId: frame.event.turnId, n: frame.event.n };
          return { type: 'deliver', item: frame.event };
        }
        default:
          return ignore;
      }
    },
  };
}
