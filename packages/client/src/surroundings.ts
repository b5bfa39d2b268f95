/**
 * What the client takes from its surroundings. Each can be given to `createClient`; what is not is
 * the global of the browser or of Node. Nothing else here is not deterministic.
 */
export interface Surroundings {
  readonly fetch: typeof fetch;
  readonly openSocket: (url: string, protocols: string[], events: SocketEvents) => Socket;
  /** Resolves after `ms`, or at once when `signal` fires. Never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds, monotonic, any origin. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What is told of a socket: `opened` at most once, `closed` exactly once, last. */
export interface SocketEvents {
  opened(): void;
  /** A whole frame: its text, or something else where it is not text. */
  received(data: unknown): void;
  closed(): void;
}

export interface Socket {
  /** Only while it is open. */
  send(text: string): void;
  close(): void;
}

export function defaultSurroundings(): Surroundings {
  return {
    fetch: (input, init) => fetch(input, init),
    openSocket,
    sleep,
    now: () => performance.now(),
    random: () => Math.random(),
  };
}

function openSocket(url: string, protocols: string[], events: SocketEvents): Socket {
  const socket = new WebSocket(url, protocols);
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }) => events.received(data);
  // An error is always followed by a close.
  socket.onclose = () => events.closed();
  return { send: (text) => socket.send(text), close: () => socket.close() };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
