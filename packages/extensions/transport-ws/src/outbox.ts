import type { Socket, SocketStream } from './socket.ts';

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

export function createOutbox(socket: Socket, stream: SocketStream): Outbox {
  const waiting: (() => void)[] = [];
  const isBlocked = () => stream.writableNeedDrain && !stream.destroyed;
  /** One after the other, so that who sends much does not keep the others from their turn. */
  const wake = () => {
    if (isBlocked() || waiting.length === 0) return;
    waiting.shift()?.();
    process.nextTick(wake);
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
    isBlocked,
    ready: () =>
      new Promise((resolve) => {
        if (isBlocked()) waiting.push(resolve);
        else resolve();
      }),
  };
}
