import { parseCursor } from '@dispatch/wire';
import type { Taps } from '../cluster/fast-client.ts';
import { type Beginning, createResponseCheck } from './response-check.ts';
import { createSocketCheck } from './socket-check.ts';
import type { ToldEvents } from './told-events.ts';
import type { Violations } from './violations.ts';

/** Listens on every connection, before any client mends what it hears. */
export interface CheckingTaps extends Taps {
  /** Answers that streamed events, and sockets. */
  readonly streams: number;
  readonly resyncs: number;
}

export function createTaps(told: ToldEvents, violations: Violations): CheckingTaps {
  let streams = 0;
  let resyncs = 0;
  return {
    get streams() {
      return streams;
    },
    get resyncs() {
      return resyncs;
    },
    stream: {
      opened(url) {
        streams += 1;
        const check = createResponseCheck(beginningOf(url), (words) =>
          violations.add(`${url.pathname}${url.search}: ${words}`),
        );
        return (line) => {
          if (line.type === 'resync') resyncs += 1;
          else told.record(line);
          check(line);
        };
      },
    },
    socket: {
      opened() {
        streams += 1;
        return createSocketCheck({
          told: (event) => told.record(event),
          resynced: () => {
            resyncs += 1;
          },
          complain: (words) => violations.add(words),
        });
      },
    },
  };
}

function beginningOf(url: URL): Beginning {
  if (url.pathname === '/chat') return 'turn-start';
  const cursor = url.searchParams.get('cursor');
  return (cursor === null ? undefined : parseCursor(cursor)) ?? 'anywhere';
}
