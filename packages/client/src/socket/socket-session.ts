import type { ServerFrame } from '@dispatch/wire';
import type { RequesterOptions } from '../http/requester.ts';
import { watchSilence } from '../silence-watch.ts';

export interface SocketSession {
  /** False where the socket is not open: nothing was sent. */
  send(text: string): boolean;
  isOpen(): boolean;
  /** Lets the socket go; `ended` resolves at once, whether the other side answers or not. */
  end(): void;
  /** Resolves with whether the socket ever opened. */
  readonly ended: Promise<boolean>;
}

export interface SocketHandlers {
  open(): void;
  frame(frame: ServerFrame): void;
}

/**
 * One socket, from its opening to its end. Browsers do not show the host's pings, so it asks for a
 * `pong` after half of `silenceMs`, and gives the socket up after the whole.
 */
export function startSession(options: RequesterOptions, handlers: SocketHandlers): SocketSession {
  const protocols = ['dispatch.v1'];
  if (options.token !== undefined) protocols.push(`bearer.${options.token}`);
  const { promise: ended, resolve } = Promise.withResolvers<boolean>();
  let state: 'opening' | 'open' | 'ended' = 'opening';
  let hasOpened = false;

  const socket = options.openSocket(`${options.url.replace(/^http/, 'ws')}/ws`, protocols, {
    opened() {
      if (state !== 'opening') return;
      state = 'open';
      hasOpened = true;
      silence.touch();
      handlers.open();
    },
    received(data) {
      if (state !== 'open') return;
      silence.touch();
      const frame = parseFrame(data);
      if (frame !== undefined) handlers.frame(frame);
    },
    closed: () => end(),
  });
  const end = () => {
    if (state === 'ended') return;
    state = 'ended';
    silence.stop();
    resolve(hasOpened);
    socket.close();
  };
  const send = (text: string) => {
    if (state !== 'open') return false;
    socket.send(text);
    return true;
  };
  const silence = watchSilence(options, [options.silenceMs / 2, options.silenceMs], (mark) => {
    if (mark === 0) send('{"op":"ping","id":"alive"}');
    else end();
  });

  return { send, end, ended, isOpen: () => state === 'open' };
}

function parseFrame(data: unknown): ServerFrame | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const frame: ServerFrame = JSON.parse(data);
    return typeof frame?.type === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}
