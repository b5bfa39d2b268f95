/** A terminal and a parent such as npm may both pass on one key press: within this it is one signal. */
const sameSignalMs = 40;

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const numbers: { readonly [S in StopSignal]: number } = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** What a signal means: stop in good order, go at once, or nothing. Keeps what came before. */
export function signalJudge(
  now: () => number,
): (signal: StopSignal) => 'stop' | { readonly exitCode: number } | undefined {
  let firstAt: number | undefined;
  return (signal) => {
    if (firstAt === undefined) {
      firstAt = now();
      return 'stop';
    }
    return now() - firstAt < sameSignalMs ? undefined : { exitCode: 128 + numbers[signal] };
  };
}
