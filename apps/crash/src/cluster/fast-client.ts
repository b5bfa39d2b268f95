import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from '@dispatch/client';
import { createRoutedFetch, type StreamTap } from './routed-fetch.ts';
import { createRoutedSocket, type SocketTap } from './routed-socket.ts';
import type { Router } from './router.ts';

/** It lives faster than the clock, so that it comes back after 20 ms and not after a second. */
const pace = 50;
const silenceMs = 4000;

export interface Taps {
  readonly stream: StreamTap;
  readonly socket: SocketTap;
}

const deaf: Taps = {
  stream: { opened: () => () => {} },
  socket: { opened: () => ({ sent: () => {}, received: () => {} }) },
};

/** A client that asks whatever host the router names, anew with each request. */
export function openFastClient(router: Router, random: () => number, taps: Taps = deaf): Client {
  return createClient({
    // No host by this name is asked: the router puts another in its place.
    url: 'http://dispatch.invalid',
    fetch: createRoutedFetch(router, taps.stream),
    openSocket: createRoutedSocket(router, taps.socket),
    sleep: async (ms, signal) => {
      await sleep(ms / pace, undefined, { signal }).catch(() => {});
    },
    now: () => performance.now() * pace,
    random,
    silenceMs: silenceMs * pace,
  });
}
