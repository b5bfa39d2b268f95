import type { Surroundings } from '@dispatch/client';
import type { Router } from './router.ts';

/** Hears what goes over one socket, each frame before the client does. */
export interface SocketTap {
  opened(url: URL): { sent(frame: string): void; received(frame: string): void };
}

/** Opens each socket to some host of the cluster. */
export function createRoutedSocket(router: Router, tap: SocketTap): Surroundings['openSocket'] {
  return (url, protocols, events) => {
    const { pathname } = new URL(url);
    const chosen = new URL(pathname, router.pick().replace('http', 'ws'));
    const socket = new WebSocket(chosen, protocols);
    const listener = tap.opened(chosen);
    socket.onopen = () => events.opened();
    socket.onmessage = ({ data }) => {
      listener.received(String(data));
      events.received(data);
    };
    // An error is always followed by a close.
    socket.onclose = () => events.closed();
    return {
      send(text) {
        listener.sent(text);
        socket.send(text);
      },
      close: () => socket.close(),
    };
  };
}
