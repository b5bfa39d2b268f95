import { isCodedError, type Runtime } from '@dispatch/contracts';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { type OpenedStore, openStore } from '@dispatch/store-postgres';
import type { Context } from '../command.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { checkStore } from './check-store.ts';
import { describeFindings } from './describe-findings.ts';
import { findDatabase } from './find-database.ts';
import { createProgress } from './progress.ts';
import { addTo, createTally, describeTally } from './tally.ts';

/** Leases that nobody took over for longer are a finding, where a host may be running. */
const leaseOverMs = 60_000;
/** As many conversations as are read at once, and one for the ids. */
const maxConnections = 4;

/** Checks the whole store. Resolves with the exit code: 0 where it is sound, 1 where it is not. */
export async function runFsck(context: Context): Promise<number> {
  const interrupt = new AbortController();
  const stopListening = context.io.onInterrupt(() => interrupt.abort());
  try {
    const runtime = runtimeOf(context.io);
    const found = await findDatabase(context, runtime);
    try {
      const { database, isIdle } = found;
      const opened = await openStore({ database, runtime, maxConnections, isReadOnly: true });
      try {
        const limit = isIdle ? Number.POSITIVE_INFINITY : leaseOverMs;
        return await tellFindings(context, opened, limit, interrupt.signal);
      } finally {
        await opened.close();
      }
    } finally {
      await found.close();
    }
  } catch (error) {
    if (isCodedError(error)) throw new CommandError(error.message, error.hint);
    throw error;
  } finally {
    stopListening();
  }
}

async function tellFindings(
  { io, output, isJson }: Context,
  opened: OpenedStore,
  limit: number,
  signal: AbortSignal,
): Promise<number> {
  const tally = createTally();
  const progress = createProgress(io);
  try {
    for await (const checked of checkStore(opened, limit)) {
      if (signal.aborted) return exitCodes.interrupted;
      addTo(tally, checked);
      if (checked.findings.length > 0) progress.clear();
      if (isJson) for (const one of checked.findings) output.json({ type: 'finding', ...one });
      else for (const line of describeFindings(checked, output.style)) output.line(line);
      progress.show(describeTally(tally));
    }
  } finally {
    progress.clear();
  }
  if (signal.aborted) return exitCodes.interrupted;
  if (isJson) output.json({ type: 'summary', ...tally });
  else output.line(describeTally(tally));
  if (tally.findings === 0) return exitCodes.ok;
  output.note(output.noteStyle.dim('Nothing was changed: fsck only says what would put it right.'));
  return exitCodes.failed;
}

/** Its waits keep the process alive: here nothing else does. */
function runtimeOf(io: Io): Runtime {
  const never = new AbortController().signal;
  return { ...createNodeRuntime(), sleep: (ms, signal) => io.sleep(ms, signal ?? never) };
}
