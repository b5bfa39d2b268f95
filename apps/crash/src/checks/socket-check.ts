import {
  type Cursor,
  followsWithoutGap,
  parseCursor,
  type ServerFrame,
  type TurnEvent,
} from '@dispatch/wire';

/** What of a conversation came over one socket so far; undefined: not known, anything may follow. */
type Position = Cursor | 'next-turn' | undefined;

export interface SocketListener {
  told(event: TurnEvent): void;
  resynced(): void;
  complain(words: string): void;
}

interface SentFrame {
  readonly op: string;
  readonly conversationId?: string;
  readonly cursor?: string;
}

/**
 * Checks the events of one socket as they come: after each snapshot every event exactly once, turn
 * after turn, until the next `chat.resync`.
 */
export function createSocketCheck({ told, resynced, complain }: SocketListener) {
  const positions = new Map<string, Position>();
  const asked = new Map<string, Cursor | undefined>();

  const receiveDelta = (conversationId: string, event: TurnEvent): void => {
    told(event);
    if (!follows(positions.get(conversationId), event)) {
      const before = JSON.stringify(positions.get(conversationId));
      complain(`${event.turnId}:${event.n} (${event.type}) came over a socket after ${before}`);
    }
    positions.set(conversationId, { turnId: event.turnId, n: event.n });
  };

  return {
    sent(text: string): void {
      const frame: SentFrame = JSON.parse(text);
      if (frame.conversationId === undefined) return;
      const isSubscribing = frame.op === 'chat.subscribe' || frame.op === 'chat.send';
      if (!isSubscribing) return;
      // What was on its way before may still come.
      positions.set(frame.conversationId, undefined);
      asked.set(
        frame.conversationId,
        frame.cursor === undefined ? undefined : parseCursor(frame.cursor),
      );
    },
    received(text: string): void {
      const frame: ServerFrame = JSON.parse(text);
      switch (frame.type) {
        case 'chat.resync':
          resynced();
          positions.set(frame.conversationId, undefined);
          asked.delete(frame.conversationId);
          return;
        case 'chat.snapshot': {
          const { conversationId, activeTurn } = frame;
          const cursor = activeTurn === null ? undefined : parseCursor(activeTurn.cursor);
          const position = asked.get(conversationId) ?? cursor ?? 'next-turn';
          positions.set(conversationId, position);
          asked.delete(conversationId);
          return;
        }
        case 'chat.delta':
          receiveDelta(frame.conversationId, frame.event);
      }
    },
  };
}

function follows(position: Position, { turnId, n }: Cursor): boolean {
  if (position === undefined) return true;
  if (position === 'next-turn' || turnId !== position.turnId) return n === 0;
  return followsWithoutGap(position.n, n);
}
