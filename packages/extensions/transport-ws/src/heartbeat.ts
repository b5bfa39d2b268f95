import type { Runtime } from '@dispatch/contracts';
import type { Socket } from './socket.ts';

/** WIRE.md section 5. */
const pingMs = 15_000;
/** Beats that a reader has to take what was sent before, which the ping would stand behind. */
const patience = 8;

/** A socket that is pinged. */
export interface Pulse {
  readonly socket: Socket;
  readonly isBlocked: () => boolean;
}

/** Pings all sockets with one timer, and ends those that do not answer. */
export interface Heartbeat {
  /** Returns what takes it out again. */
  add(pulse: Pulse): () => void;
  stop(): void;
}

export function createHeartbeat(runtime: Pick<Runtime, 'sleep' | 'newAbortController'>): Heartbeat {
  const states = new Map<Pulse, { isAwaited: boolean; blockedBeats: number }>();
  const stopped = runtime.newAbortController();
  let isBeating = false;

  const beat = () => {
    for (const [pulse, state] of states) {
      const { socket } = pulse;
      if (pulse.isBlocked() || socket.isPaused) {
        // A ping behind what is unsent says nothing, and an answer would not be read.
        state.isAwaited = false;
        state.blockedBeats += 1;
        if (state.blockedBeats >= patience) socket.terminate();
      } else if (state.isAwaited) {
        socket.terminate();
      } else {
        state.isAwaited = true;
        state.blockedBeats = 0;
        socket.ping();
      }
    }
  };

  const keepBeating = async () => {
    isBeating = true;
    while (states.size > 0 && !stopped.signal.aborted) {
      await runtime.sleep(pingMs, stopped.signal);
      if (!stopped.signal.aborted) beat();
    }
    isBeating = false;
  };

  return {
    add(pulse) {
      const state = { isAwaited: false, blockedBeats: 0 };
      states.set(pulse, state);
      const heard = () => {
        state.isAwaited = false;
      };
      pulse.socket.on('pong', heard);
      pulse.socket.on('message', heard);
      if (!isBeating) void keepBeating();
      return () => states.delete(pulse);
    },
    stop: () => stopped.abort(),
  };
}
