import type { CommandExit, Runtime } from '@dispatch/contracts';

/** What a call waited for, as it came. */
export type FirstEnd =
  | { readonly type: 'exit'; readonly exit: CommandExit }
  | { readonly type: 'timeout' }
  | { readonly type: 'abort' }
  | { readonly type: 'sent' };

/**
 * Waits for whatever comes first: the command's own exit, the end of the wait, an abort, or that
 * somebody `sent` it to the background.
 */
export async function waitForEnd(
  exited: Promise<CommandExit>,
  waitMs: number,
  signal: AbortSignal,
  runtime: Pick<Runtime, 'sleep' | 'newAbortController'>,
  sent?: Promise<void>,
): Promise<FirstEnd> {
  const over = runtime.newAbortController();
  const { promise: aborted, resolve: abort } = Promise.withResolvers<FirstEnd>();
  const onAbort = () => abort({ type: 'abort' });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race<FirstEnd>([
      exited.then((exit) => ({ type: 'exit', exit })),
      runtime.sleep(waitMs, over.signal).then(() => ({ type: 'timeout' })),
      aborted,
      ...(sent === undefined ? [] : [sent.then(() => ({ type: 'sent' }) as const)]),
    ]);
  } finally {
    over.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

/** How long an output is awaited that a process left behind may hold open. */
const drainMs = 60;

/** After an exit the rest is read, but nobody waits for a grandchild that keeps the pipes open. */
export async function waitForRest(
  closed: Promise<void>,
  runtime: Pick<Runtime, 'sleep' | 'newAbortController'>,
): Promise<void> {
  const over = runtime.newAbortController();
  await Promise.race([closed, drain(runtime, over.signal)]);
  over.abort();
}

async function drain(runtime: Pick<Runtime, 'sleep'>, signal: AbortSignal): Promise<void> {
  await runtime.sleep(drainMs, signal);
  // Once more around the event loop: a busy host may not have looked at the pipes in between.
  if (!signal.aborted) await runtime.sleep(1, signal);
}
