import { type Cursor, type EventLine, followsWithoutGap } from '@dispatch/wire';

/** What one answer may begin with: what follows a cursor, a turn's start, or anything. */
export type Beginning = Cursor | 'turn-start' | 'anywhere';

/**
 * Checks the lines of one answer as they come, before a client mends anything: what it was asked
 * for first, then every event exactly once, or an honest `resync`, and nothing after the seal.
 */
export function createResponseCheck(
  beginning: Beginning,
  complain: (words: string) => void,
): (line: EventLine) => void {
  let position = beginning;
  let isSealed = false;
  return (line) => {
    if (line.type === 'resync') {
      position = 'anywhere';
      return;
    }
    const { turnId, n, type } = line;
    if (isSealed) complain(`${turnId}:${n} (${type}) was told after the seal`);
    if (!follows(position, line)) {
      complain(`${turnId}:${n} (${type}) was told after ${describe(position)}`);
    }
    position = { turnId, n };
    isSealed = type === 'turn-sealed';
  };
}

function follows(position: Beginning, { turnId, n }: Cursor): boolean {
  if (position === 'anywhere') return true;
  if (position === 'turn-start') return n === 0;
  return turnId === position.turnId && followsWithoutGap(position.n, n);
}

function describe(position: Beginning): string {
  return typeof position === 'string' ? position : `${position.turnId}:${position.n}`;
}
