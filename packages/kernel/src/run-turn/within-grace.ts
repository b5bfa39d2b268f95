import type { Turn } from './turn.ts';

/** Instead of an answer: the turn was aborted, and the answer did not come in time. */
export const leftBehind = Symbol('left behind');

/**
 * What a hook or a person answers. An abort does not wait for it longer than for a tool: what has
 * not answered `abortGraceMs` after it is left behind. Rejects with what `answer` rejects with.
 */
export function withinGrace<T>(
  turn: Turn,
  answer: Promise<T> | T,
): Promise<T | typeof leftBehind> | T {
  if (!isPromiseLike(answer)) return answer;
  return new Promise((resolve, reject) => {
    let stopTimer = () => {};
    const takeBack = turn.abort.onOver(() => {
      stopTimer = turn.timer.after(turn.graceLeftMs, () => resolve(leftBehind));
    });
    const settle = () => {
      takeBack();
      stopTimer();
    };
    answer.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}

function isPromiseLike<T>(value: Promise<T> | T): value is Promise<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
