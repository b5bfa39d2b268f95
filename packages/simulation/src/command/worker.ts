// A thread that runs histories for another one, which can end it where a history does not end.
import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from '../simulate.ts';
import { addReport, emptyTally, type Tally } from './tally.ts';

/** What a worker is started with: seeds from `from` up to and without `to`. */
export interface WorkerTask {
  readonly from: number;
  readonly to: number;
  /** Where it says which seed is under way. */
  readonly progress: BigInt64Array;
}

/** Told now and then: what became of the seeds before `next` that were not told before. */
export interface WorkerMessage {
  readonly tally: Tally;
  readonly next: number;
}

/** Histories between two messages. */
const betweenMessages = 100;

// Nobody reads a stack: a failing seed is run again with a trace, and with stacks.
Error.stackTraceLimit = 0;

// Made by `runHistories` and nobody else.
const { from, to, progress }: WorkerTask = workerData;
let tally = emptyTally();
for (let seed = from; seed < to; seed += 1) {
  progress[0] = BigInt(seed);
  addReport(tally, await simulate(seed));
  if (tally.histories < betweenMessages && seed + 1 < to) continue;
  const message: WorkerMessage = { tally, next: seed + 1 };
  parentPort?.postMessage(message);
  tally = emptyTally();
}
