import type { Runtime } from '@dispatch/contracts';
import { type Belonging, findProcesses, hasMembers, sendSignal } from './processes.ts';

/** From the request to end until nothing is asked any more. */
const politeMs = 250;
/** How often it is looked whether anybody is left. */
const lookEveryMs = 20;
/** What does not go after this long can not be stopped by anyone. */
const givenUpMs = 3000;

/**
 * Ends all processes that belong to calls: asks them (SIGTERM), then makes them (SIGKILL), those
 * that are started meanwhile included. Resolves when nobody is left, or with those who stayed.
 */
export async function endProcesses(
  belonging: Belonging,
  runtime: Pick<Runtime, 'sleep' | 'now'>,
): Promise<readonly number[]> {
  const from = runtime.now();
  // The groups at once: looking for the others takes a moment.
  for (const group of belonging.groups) if (hasMembers(group)) sendSignal(-group, 'SIGTERM');
  const asked = new Set<number>();
  let emptyLooks = 0;
  for (;;) {
    const left = await findProcesses(belonging);
    const waitedMs = runtime.now() - from;
    if (waitedMs >= givenUpMs) return left;
    // Twice: what starts another and ends may be missed together with it by one look.
    emptyLooks = left.length === 0 ? emptyLooks + 1 : 0;
    if (emptyLooks === 2) return left;
    if (emptyLooks === 1) continue;
    for (const pid of left) {
      if (waitedMs >= politeMs) sendSignal(pid, 'SIGKILL');
      else if (!asked.has(pid)) sendSignal(pid, 'SIGTERM');
      asked.add(pid);
    }
    await runtime.sleep(lookEveryMs);
  }
}
