/**
 * What the protocol asks of a WebSocket. One of `ws` is of this form, and so can one be that is not
 * made of a connection.
 */
export interface Socket {
  readonly readyState: number;
  /** The `readyState` of a socket that can send. */
  readonly OPEN: number;
  /** Bytes that were sent and not yet taken by the connection. */
  readonly bufferedAmount: number;
  /** No message comes in while it is. */
  readonly isPaused: boolean;
  send(text: string): void;
  ping(): void;
  pause(): void;
  resume(): void;
  /** Ends it at once, without a word. */
  terminate(): void;
  on(event: 'message', listener: (data: SocketData, isBinary: boolean) => void): unknown;
  on(event: 'error' | 'close' | 'pong', listener: () => void): unknown;
}

/** A message as it came in; of a text its `toString` is the text. */
export interface SocketData {
  toString(): string;
}

/** The connection below a socket, which tells how fast its reader is. */
export interface SocketStream {
  /** More is sent than the reader has taken: `drain` tells when that is over. */
  readonly writableNeedDrain: boolean;
  readonly destroyed: boolean;
  /** What is sent until `uncork` goes out together. */
  cork(): void;
  uncork(): void;
  on(event: 'drain' | 'close', listener: () => void): unknown;
}
