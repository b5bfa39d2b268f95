/**
 * Where a stream of events is written. A response of Node's is of this form, and so can one be that
 * has no connection.
 */
export interface EventSink {
  /** The client went away, or all is sent: what is written is dropped. */
  readonly destroyed: boolean;
  /** Sends the head by itself. */
  flushHeaders(): void;
  /** False: more is unsent than the buffer should hold; `drain` tells when it is not any more. */
  write(text: string): boolean;
  end(): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}
