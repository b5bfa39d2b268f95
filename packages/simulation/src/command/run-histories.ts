import { Worker } from 'node:worker_threads';
import { addFailure, addTally, emptyTally, type Tally } from './tally.ts';
import type { WorkerMessage, WorkerTask } from './worker.ts';

export interface RunOptions {
  readonly from: number;
  readonly histories: number;
  /** Told whenever more of them are through. */
  readonly onProgress: (tally: Tally) => void;
  /** No more are begun once so many have failed. */
  readonly maxFailed: number;
  /** Calls back every so many real milliseconds, until the returned function is called. */
  readonly every: (ms: number, callback: () => void) => () => void;
}

/** A history that takes so long, in real time, is in a loop without an end. */
const hangMs = 10_000;

/** Runs many histories in a thread beside this one. One that does not end is a failure, too. */
export async function runHistories(options: RunOptions): Promise<Tally> {
  const { histories, maxFailed, onProgress } = options;
  const tally = emptyTally();
  const to = options.from + histories;
  for (let next = options.from; next < to && tally.failed < maxFailed; ) {
    const end = await runUntilHang({ ...options, from: next, to }, tally);
    next = end.next;
    if (end.hungAt === undefined) continue;
    // What was not told yet went with the thread.
    if (end.hungAt > next) await runUntilHang({ ...options, from: next, to: end.hungAt }, tally);
    tally.histories += 1;
    addFailure(tally, { seed: end.hungAt, rule: 'ends', message: 'the history never ends' });
    onProgress(tally);
    next = end.hungAt + 1;
  }
  return tally;
}

interface ThreadEnd {
  /** All before it was told. */
  readonly next: number;
  /** The seed in which the thread got stuck. */
  readonly hungAt?: number;
}

function runUntilHang(
  options: RunOptions & { readonly to: number },
  tally: Tally,
): Promise<ThreadEnd> {
  const { from, to, onProgress, maxFailed, every } = options;
  const progress = new BigInt64Array(new SharedArrayBuffer(8));
  const task: WorkerTask = { from, to, progress };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  let next = from;
  return new Promise((resolve, reject) => {
    let before = -1n;
    const stopWatch = every(hangMs, () => {
      const now = progress[0] ?? 0n;
      if (now === before) leave({ next, hungAt: Number(now) });
      before = now;
    });
    const leave = (end: ThreadEnd) => {
      stopWatch();
      void worker.terminate().then(() => resolve(end));
    };
    worker.on('message', (message: WorkerMessage) => {
      next = message.next;
      addTally(tally, message.tally);
      onProgress(tally);
      if (next >= to || tally.failed >= maxFailed)
        leave({ next: tally.failed >= maxFailed ? to : next });
    });
    worker.on('error', (error) => {
      stopWatch();
      reject(error);
    });
  });
}
