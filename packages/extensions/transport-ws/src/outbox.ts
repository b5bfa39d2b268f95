import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** What one socket sends, at the pace of its reader. */
export interface Outbox {
  /** Sends at once; dropped where the socket is closed. For what is small: see `isBlocked`. */
  send(text: string): void;
  /** Sends all in as few packets as they need. */
  sendAll(texts: readonly string[]): void;
  /** The reader has not taken what was sent before: wait for `ready` before sending more. */
  isBlocked(): boolean;
  /** Resolves when more may be sent, or the socket is closed. Look at `isBlocked` again: others waited too. */
  ready(): Promise<void>;
}

export function createOutbox(socket: WebSocket, stream: Duplex): Outbox {
  let waiting: (() => void)[] = [];
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  stream.on('drain', wake);
  stream.on('close', wake);

  const send = (text: string) => {
    if (socket.readyState === socket.OPEN) socket.send(text);
  };
  return {
    send,
    sendAll(texts) {
      // One packet of many frames instead of a packet each.
      stream.cork();
      for (const text of texts) send(text);
      stream.uncork();
    },
    isBlocked: () => stream.writableNeedDrain && !stream.destroyed,
    ready: () =>
      new Promise((resolve) => {
        if (stream.writableNeedDrain && !stream.destroyed) waiting.push(resolve);
        else resolve();
      }),
  };
}
