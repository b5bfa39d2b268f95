import { compareWithHistory, createStreamChecker, type StreamChecker } from '@dispatch/invariants';
import { type EventLine, parseCursor, type StoredChunk } from '@dispatch/wire';
import type { Taps } from '../cluster/fast-client.ts';
import { complainOnce, type ReaderListener } from './reader-listener.ts';
import { createSocketCheck } from './socket-check.ts';

/**
 * Holds all that the connections of one client bring of one conversation to WIRE.md section 3, before
 * the client itself mends anything.
 */
export interface ReaderChecks {
  readonly taps: Taps;
  /** Compares what was streamed with what was committed. The whole history, read after the last event. */
  compare(chunks: readonly StoredChunk[]): readonly string[];
}

export function createReaderChecks(listener: ReaderListener): ReaderChecks {
  const socketChecker = createStreamChecker();
  const checkers = [socketChecker];
  let checker = createStreamChecker();
  let newest = 0;

  /** A turn is read over HTTP by itself: what ran between two of them is nobody's business. */
  const begin = (url: URL): void => {
    const cursor = parseCursor(url.searchParams.get('cursor') ?? '');
    if (url.pathname === '/chat') {
      checker = createStreamChecker();
      checkers.push(checker);
    } else if (cursor === undefined) checker.joined();
    else checker.reconnected(cursor);
  };

  return {
    taps: {
      stream: {
        opened(url) {
          listener.opened();
          begin(url);
          newest += 1;
          const number = newest;
          const complain = complainOnce((words) =>
            listener.complain(`${url.pathname}${url.search}: ${words}`),
          );
          return (line) => {
            if (line.type === 'resync') listener.resynced();
            else listener.told(line);
            // The client has left this answer: what comes of it still, it does not see.
            if (number === newest) complain(take(checker, line));
          };
        },
      },
      socket: {
        opened() {
          listener.opened();
          return createSocketCheck(socketChecker, listener);
        },
      },
    },
    compare: (chunks) =>
      checkers.flatMap((each) => compareWithHistory(each, chunks)).map(({ message }) => message),
  };
}

function take(checker: StreamChecker, line: EventLine): string | undefined {
  const found = line.type === 'resync' ? checker.resynced(line.lastSeq) : checker.event(line);
  return found === undefined ? undefined : `${found.code}: ${found.message}`;
}
