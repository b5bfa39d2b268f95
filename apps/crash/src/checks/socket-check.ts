import type { StreamChecker } from '@dispatch/invariants';
import { type Cursor, parseCursor, type ServerFrame } from '@dispatch/wire';
import { complainOnce, type ReaderListener } from './reader-listener.ts';

interface SentFrame {
  readonly op: string;
  readonly id: string;
  readonly cursor?: string;
}

/** Gives a checker what comes over one socket that follows one conversation. */
export function createSocketCheck(checker: StreamChecker, listener: ReaderListener) {
  const complain = complainOnce((words) => listener.complain(`over a socket: ${words}`));
  /** What the snapshot to come was asked with. */
  let asked: Cursor | undefined;
  /** The subscription that is not acknowledged yet: until it is, frames are of the one before. */
  let pendingId: string | undefined;

  return {
    sent(text: string): void {
      const frame: SentFrame = JSON.parse(text);
      if (frame.op !== 'chat.subscribe') return;
      asked = parseCursor(frame.cursor ?? '');
      pendingId = frame.id;
    },
    received(text: string): void {
      const frame: ServerFrame = JSON.parse(text);
      if (frame.type === 'chat.delta') listener.told(frame.event);
      if (frame.type === 'ack' && frame.id === pendingId) pendingId = undefined;
      if (pendingId !== undefined) return;
      if (frame.type === 'chat.resync') {
        asked = undefined;
        listener.resynced();
        complain(checker.resynced(frame.lastSeq)?.message);
      } else if (frame.type === 'chat.snapshot') {
        const { lastSeq, activeTurn } = frame;
        const cursor = activeTurn === null ? undefined : parseCursor(activeTurn.cursor);
        if (asked !== undefined) checker.reconnected(asked);
        else complain(checker.joined({ lastSeq, ...(cursor && { cursor }) })?.message);
      } else if (frame.type === 'chat.delta') {
        complain(checker.event(frame.event)?.message);
      }
    },
  };
}
