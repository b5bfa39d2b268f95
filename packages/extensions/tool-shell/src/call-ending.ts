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
