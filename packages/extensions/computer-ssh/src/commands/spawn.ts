import type { NewCommand, RunningCommand, Runtime } from '@dispatch/contracts';
import type { KeptConnection } from '../connection/kept-connection.ts';
import { fileError, nodeCodeOf } from '../files/node-code.ts';
import { tooFewSessions } from '../files/workers.ts';
import { createSlots } from '../sessions/slots.ts';
import { unavailable } from '../unavailable.ts';
import { startCommand } from './running-command.ts';

export interface SpawnOptions {
  readonly computerId: string;
  readonly kept: KeptConnection;
  readonly maxCommands: number;
  readonly runtime: Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>;
}

const mostWaiting = 1000;
const longestWaitMs = 60_000;
const refusedMs = 250;
const mostRefusals = 40;
/** A line of shell text that a system takes as one argument, in bytes. */
const longestCommand = 120_000;

/** Starts commands on one computer, so many at a time; the others wait for a minute. */
export function createSpawn({ computerId, kept, maxCommands, runtime }: SpawnOptions) {
  const slots = createSlots(maxCommands, mostWaiting);

  const once = (command: NewCommand): Promise<RunningCommand | 'refused'> => {
    const { promise, resolve, reject } = Promise.withResolvers<RunningCommand | 'refused'>();
    kept
      .use(async (connection) => {
        const start = await startCommand(connection, command, runtime);
        if (start.type === 'started') {
          resolve(start.running);
          await start.running.closed;
        } else if (start.type === 'no-folder') {
          const code = nodeCodeOf(start.said);
          reject(fileError(code === 'EIO' ? 'ENOENT' : code, start.said, command.cwd));
        } else if (start.type === 'lost') {
          // Nothing was started on it: the next one is tried.
          await connection.lost;
          resolve('refused');
        } else if (start.type === 'refused') {
          resolve('refused');
        } else if (connection.isLost()) {
          reject(connection.whyLost());
        } else {
          const said = start.said.trim().slice(-300);
          reject(unavailable(computerId, { why: `it started no command. ${said}`.trim() }));
        }
      })
      .catch(reject);
    return promise;
  };

  return async (command: NewCommand): Promise<RunningCommand> => {
    const problem = checkCommand(command);
    if (problem !== undefined) return neverStarted(problem);
    const waited = runtime.newAbortController();
    const release = await slots.take(runtime.sleep(longestWaitMs, waited.signal));
    waited.abort();
    if (release === undefined) {
      const why = `${maxCommands} commands run there already, and none ended within a minute.`;
      throw unavailable(computerId, { why, hint: 'Stop one of them, or raise `maxCommands`.' });
    }
    try {
      for (let refusals = 0; refusals < mostRefusals; refusals += 1) {
        const running = await once(command);
        if (running !== 'refused') {
          void running.closed.then(release);
          return running;
        }
        if (refusals > 0) await runtime.sleep(refusedMs);
      }
      throw unavailable(computerId, tooFewSessions);
    } catch (error) {
      release();
      throw error;
    }
  };
}

function checkCommand({ command, cwd, environment = {} }: NewCommand): string | undefined {
  const texts = [...(typeof command === 'string' ? [command] : command), cwd];
  for (const [name, value] of Object.entries(environment)) texts.push(name, value);
  if (texts.some((text) => text.includes('\0'))) return 'a command can not hold a zero';
  const length = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 8, 0);
  return length > longestCommand ? `E2BIG: a command of ${length} bytes is too long` : undefined;
}

function neverStarted(failure: string): RunningCommand {
  return {
    exited: Promise.resolve({ failure }),
    closed: Promise.resolve(),
    setReading: () => {},
    hasLeft: async () => false,
    end: async () => {},
  };
}
