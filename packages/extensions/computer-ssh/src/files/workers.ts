import type { Runtime } from '@dispatch/contracts';
import type { Connection } from '../connection/connection.ts';
import type { KeptConnection } from '../connection/kept-connection.ts';
import { createSlots } from '../sessions/slots.ts';
import { unavailable } from '../unavailable.ts';
import { type Answer, type Operation, openWorker, type Worker, type WorkerEnd } from './worker.ts';

/** Does file operations on one computer: a few at a time, each within one round trip. */
export interface Workers {
  /**
   * Rejects with `computer-unavailable`. Where the connection breaks meanwhile, the operation is done
   * once more on a new one: each of them may be repeated.
   */
  run(operation: Operation): Promise<Answer>;
}

export interface WorkersOptions {
  readonly computerId: string;
  readonly kept: KeptConnection;
  readonly runtime: Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>;
}

/** Sessions that file operations share. */
const mostWorkers = 2;
const mostWaiting = 10_000;
const longestWaitMs = 120_000;
const mostAttempts = 3;
/** Until a session is asked for again that the computer did not give. */
const refusedMs = 250;
const mostRefusals = 40;

export function createWorkers({ computerId, kept, runtime }: WorkersOptions): Workers {
  const slots = createSlots(mostWorkers, mostWaiting);
  const idle = new Map<Connection, Worker[]>();

  const open = async (connection: Connection): Promise<Worker | WorkerEnd> => {
    for (let refusals = 0; refusals < mostRefusals; refusals += 1) {
      const worker = await openWorker(connection, runtime);
      if (worker === 'refused') {
        await runtime.sleep(refusedMs);
        continue;
      }
      // What a login prints by itself comes before this answer.
      if (typeof worker !== 'string') await worker.run({ name: 'real', words: ['/'] });
      return worker;
    }
    throw unavailable(computerId, tooFewSessions);
  };

  const runOn = (connection: Connection, operation: Operation) => async () => {
    const resting = idle.get(connection) ?? [];
    if (!idle.has(connection)) {
      idle.set(connection, resting);
      void connection.lost.then(() => idle.delete(connection));
    }
    let worker = resting.pop();
    while (worker?.isOver()) worker = resting.pop();
    const ready = worker ?? (await open(connection));
    if (typeof ready === 'string') {
      await connection.lost;
      return ready;
    }
    const answer = await ready.run(operation);
    if (!ready.isOver()) resting.push(ready);
    return answer;
  };

  return {
    async run(operation) {
      const waited = runtime.newAbortController();
      const release = await slots.take(runtime.sleep(longestWaitMs, waited.signal));
      waited.abort();
      if (release === undefined) throw unavailable(computerId, tooMuchAsked);
      try {
        for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
          const answer = await kept.use((connection) => runOn(connection, operation)());
          if (typeof answer !== 'string') return answer;
          if (answer === 'hung') throw unavailable(computerId, hung);
        }
      } finally {
        release();
      }
      throw unavailable(computerId, brokeOff);
    },
  };
}

const tooMuchAsked = {
  why: 'too many file operations wait for it already.',
  hint: 'It answers slowly, or one conversation asks for very many files at once.',
};

const hung = {
  why: 'it did nothing about a file for a minute.',
  hint: 'A file system of the network may hang over there.',
};

const brokeOff = { why: 'the connection broke off again and again.' };

export const tooFewSessions = {
  why: 'it gives no more sessions on one connection.',
  hint: '`MaxSessions` of its sshd has to be four or more; option `maxCommands` takes three less.',
};
