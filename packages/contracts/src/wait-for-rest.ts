import type { RunningCommand } from './computer.ts';
import type { Runtime } from './runtime.ts';

/** Waits for one rest at most: a process that was left behind may print for ever. */
const maxWaits = 10;

/**
 * What a command has printed may come after its exit. Resolves when all of it was told, or when
 * nothing came for `silenceMs`: nobody waits for a process that it left behind and that holds its
 * pipes open.
 *
 * @param told How much was told so far, in any unit.
 */
export async function waitForRest(
  { closed }: Pick<RunningCommand, 'closed'>,
  told: () => number,
  silenceMs: number,
  runtime: Pick<Runtime, 'sleep' | 'newAbortController'>,
): Promise<void> {
  const over = runtime.newAbortController();
  void closed.then(() => over.abort());
  for (let waits = 0, before = -1; waits < maxWaits && told() !== before; waits += 1) {
    before = told();
    await Promise.race([closed, runtime.sleep(silenceMs, over.signal)]);
    if (over.signal.aborted) break;
    // Once more around the event loop: a busy host may not have looked at the pipes in between.
    await Promise.race([closed, runtime.sleep(1, over.signal)]);
  }
}
