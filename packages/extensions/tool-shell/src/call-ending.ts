import type { Runtime } from '@dispatch/contracts';
import type { Command } from './command.ts';
import { findProcesses, hasMembers } from './processes.ts';
import type { Ending } from './report.ts';

/** How long an output is awaited that a process left behind may hold open. */
const drainMs = 60;

/**
 * Waits for whatever comes first: the command's own exit, its deadline, an abort. After an exit the
 * rest of its output is read, but nobody waits for a grandchild that keeps the pipes open.
 */
export async function waitForEnd(
  command: Command,
  timeoutMs: number,
  signal: AbortSignal,
  runtime: Pick<Runtime, 'sleep' | 'newAbortController'>,
): Promise<Ending> {
  const over = runtime.newAbortController();
  const { promise: aborted, resolve: abort } = Promise.withResolvers<Ending>();
  const onAbort = () => abort({ type: 'abort' });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const first = await Promise.race<Ending | 'exit'>([
      command.exited.then(() => 'exit' as const),
      runtime.sleep(timeoutMs, over.signal).then(() => ({ type: 'timeout', afterMs: timeoutMs })),
      aborted,
    ]);
    if (first !== 'exit') return first;
    command.setReading(true);
    await Promise.race([command.closed, drain(runtime, over.signal)]);
    const exit = await command.exited;
    return { type: 'exit', exit, leftRunning: await hasLeft(command.pid) };
  } finally {
    over.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

async function drain(runtime: Pick<Runtime, 'sleep'>, signal: AbortSignal): Promise<void> {
  await runtime.sleep(drainMs, signal);
  // Once more around the event loop: a busy host may not have looked at the pipes in between.
  if (!signal.aborted) await runtime.sleep(1, signal);
}

async function hasLeft(group: number | undefined): Promise<boolean> {
  if (group === undefined || !hasMembers(group)) return false;
  return (await findProcesses({ groups: [group] })).length > 0;
}
