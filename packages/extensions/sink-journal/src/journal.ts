import type { Runtime } from '@dispatch/contracts';
import type { ForgetRequest, LogRecord, Sink } from '@dispatch/kernel';
import { forgetConversations } from './forget-conversations.ts';
import type { JournalOptions } from './options.ts';
import { largestFile, openRotation } from './rotation.ts';
import { createRecordSerializer } from './serialize-record.ts';
import { createWaitingLines, type Lines } from './waiting-lines.ts';

export interface Journal extends Sink {
  forget(request: ForgetRequest): Promise<number>;
  /** Writes what is left and closes the file. What is written afterwards is dropped. */
  close(): Promise<void>;
}

/** Records wait so long for others to be written with. */
const gatherMs = 5;
/** How often files are looked over whose time may have come. */
const tidyEveryMs = 3_600_000;

/**
 * Opens the journal of a folder: one record a line, in the order in which they are written.
 * Rejects where the folder can not be written. Later, what a slow or a full disk does not take is
 * dropped, counted, and told by a record as soon as the disk takes one.
 */
export async function openJournal(
  options: JournalOptions,
  runtime: Pick<Runtime, 'sleep' | 'wallNow' | 'newAbortController'>,
): Promise<Journal> {
  const files = await openRotation(options, runtime);
  const serialize = createRecordSerializer();
  const waiting = createWaitingLines(serialize, largestFile(options));
  /** Records that were lost and not told of yet. */
  let lost = 0;
  /** Records that were taken over, and those of them that are out or lost. */
  let taken = 0;
  let settled = 0;
  let flushes: { readonly until: number; readonly resolve: () => void }[] = [];
  let isScheduled = false;
  const closing = runtime.newAbortController();
  let isDraining = false;
  let draining = Promise.resolve();

  const append = async (lines: Lines | undefined): Promise<void> => {
    const told = lost;
    lost = 0;
    try {
      if (told > 0) {
        const line = `${serialize(lossRecord(told, runtime.wallNow()))}\n`;
        await files.append(Buffer.from(line, 'utf8'));
      }
    } catch {
      lost += told;
    }
    try {
      if (lines !== undefined) await files.append(lines.bytes);
    } catch {
      lost += lines?.count ?? 0;
    }
  };

  const drain = async () => {
    isDraining = true;
    for (let lines = waiting.take(); lines !== undefined; lines = waiting.take()) {
      await append(lines);
      waiting.settle(lines);
      settled += lines.count;
      flushes = flushes.filter(({ until, resolve }) => {
        if (until <= settled) resolve();
        return until > settled;
      });
    }
    isDraining = false;
  };

  const startDraining = () => {
    if (!isDraining) draining = drain();
  };

  const drainSoon = async () => {
    isScheduled = true;
    await runtime.sleep(gatherMs);
    isScheduled = false;
    startDraining();
  };

  const keepTidy = async () => {
    for (;;) {
      await runtime.sleep(tidyEveryMs, closing.signal);
      if (closing.signal.aborted) return;
      await files.tidy();
    }
  };

  const flush = async () => {
    if (settled >= taken) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    flushes.push({ until: taken, resolve });
    startDraining();
    await promise;
  };

  let forgetting: Promise<unknown> = Promise.resolve();
  const forget = (request: ForgetRequest): Promise<number> => {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    const run = () => forgetConversations(options.folder, files, { ...request, signal }, runtime);
    const done = forgetting.then(run);
    forgetting = done.catch(() => {});
    return done;
  };

  const tidying = keepTidy();
  return {
    name: 'journal',
    flush,
    forget,
    write(record) {
      if (closing.signal.aborted) return;
      if (!waiting.push(record)) {
        lost += 1;
        return;
      }
      taken += 1;
      if (!isScheduled) void drainSoon();
    },
    async close() {
      closing.abort();
      await flush();
      await draining;
      await tidying;
      await forgetting;
      if (lost > 0) await append(undefined);
      await files.close();
    },
  };
}

function lossRecord(lost: number, at: number): LogRecord {
  return {
    type: 'log',
    level: 'warn',
    message: 'The journal lost records: the disk did not take them in time.',
    at,
    extension: '@dispatch/sink-journal',
    attributes: { lost },
  };
}
