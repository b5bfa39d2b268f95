import type { TurnEvent } from '@dispatch/kernel';

/** The numbered events of one turn, as JSON texts, the newest `windowBytes` of them. */
export interface FakeTurnLog {
  readonly conversationId: string;
  readonly turnId: string;
  readonly state: {
    isOver: boolean;
    isForgotten: boolean;
    commitNumber: number;
    committedSeq: number;
  };
  /** The number that the next event gets. */
  nextNumber(): number;
  /** The number of the oldest event that is still there. */
  firstNumber(): number;
  append(event: TurnEvent): void;
  /** At most about `maxBytes` from `from` on, but at least one where there is one. */
  read(from: number, maxBytes: number): string[];
  /** Calls back once, at the next change. */
  onChange(callback: () => void): void;
  wake(): void;
}

export function fakeTurnLog(
  conversationId: string,
  turnId: string,
  windowBytes: number,
): FakeTurnLog {
  const texts: string[] = [];
  let first = 0;
  let bytes = 0;
  let waiting: (() => void)[] = [];
  const state = { isOver: false, isForgotten: false, commitNumber: -1, committedSeq: 0 };

  const log: FakeTurnLog = {
    conversationId,
    turnId,
    state,
    nextNumber: () => first + texts.length,
    firstNumber: () => first,
    append(event) {
      const { type, ...fields } = event;
      const n = first + texts.length;
      const text = JSON.stringify({ type, conversationId, turnId, n, ...fields });
      texts.push(text);
      bytes += text.length;
      while (bytes > windowBytes && texts.length > 1) {
        bytes -= texts.shift()?.length ?? 0;
        first += 1;
      }
      if ('committedSeq' in event) {
        state.commitNumber = n;
        state.committedSeq = event.committedSeq;
      }
      if (event.type === 'turn-sealed') state.isOver = true;
      log.wake();
    },
    read(from, maxBytes) {
      const found: string[] = [];
      let length = 0;
      for (let index = from - first; index < texts.length && length < maxBytes; index += 1) {
        const text = texts[index] ?? '';
        length += text.length;
        found.push(text);
      }
      return found;
    },
    onChange(callback) {
      waiting.push(callback);
    },
    wake() {
      const called = waiting;
      waiting = [];
      for (const callback of called) callback();
    },
  };
  return log;
}
