import type { EventSink } from './event-sink.ts';

/** Resolves when what was written is sent, or the client went away. */
export function drained(response: Pick<EventSink, 'destroyed' | 'once' | 'off'>): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve();
      return;
    }
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
