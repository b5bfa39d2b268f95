import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@dispatch/kernel';
import { isStopping, unavailable } from '../unavailable.ts';
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';

export interface KeptConnectionOptions extends Omit<ConnectionOptions, 'folder' | 'signal'> {
  /** Closed when nobody used it for so long. */
  readonly idleMs: number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** The one connection to a computer: made at first use, shared, and made again after it was lost. */
export interface KeptConnection {
  /**
   * Works on it: as long as `work` runs it is not idle. Rejects with `computer-unavailable`; who calls
   * while it is being made waits for the same one.
   */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Ends it, and makes none from now on. */
  close(): Promise<void>;
}

/** A path of a socket may be so long, without what `ssh` puts behind it while it makes it. */
const longestSocketPath = 80;

export function createKeptConnection(options: KeptConnectionOptions): KeptConnection {
  const { computerId, runtime, logger } = options;
  let current: Promise<Connection> | undefined;
  let lostMark: string | undefined;
  let users = 0;
  let uses = 0;
  const closing = runtime.newAbortController();
  const { signal } = closing;

  const connect = async (): Promise<Connection> => {
    const folder = await newFolder();
    const connection = await openConnection({ ...options, folder, signal }).catch(async (error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    logger.info('connected', { computerId });
    void connection.lost.then(() => logger.info('disconnected', { computerId }));
    void watchIdle(connection);
    // What ran on the connection before may not know yet that it is lost.
    if (lostMark !== undefined) connection.keeper.sweep(lostMark);
    lostMark = connection.mark;
    return connection;
  };

  const get = async (): Promise<Connection> => {
    if (signal.aborted) throw unavailable(computerId, isStopping);
    if (current !== undefined) return current;
    const made = connect();
    current = made;
    const drop = () => {
      if (current === made) current = undefined;
    };
    made.then(({ lost }) => lost.then(drop), drop);
    return made;
  };

  /** One at a time, as long as there is a connection. */
  const watchIdle = async (connection: Connection): Promise<void> => {
    while (!connection.isLost() && !signal.aborted) {
      const seen = uses;
      await runtime.sleep(options.idleMs, signal);
      if (users > 0 || uses !== seen || signal.aborted) continue;
      // What commands have left over there needs its life line.
      const hasLeft = await connection.keeper.hasLeft('all', connection.mark);
      if (hasLeft || users > 0 || uses !== seen) continue;
      current = undefined;
      await connection.close();
    }
  };

  return {
    async use(work) {
      users += 1;
      uses += 1;
      try {
        return await work(await get());
      } finally {
        users -= 1;
      }
    },
    async close() {
      closing.abort();
      await (await current?.catch(() => undefined))?.close();
    },
  };
}

/** Mode 0700, which `ssh` insists on for nobody else to use the connection. */
function newFolder(): Promise<string> {
  const usual = join(tmpdir(), 'dispatch-ssh-');
  return mkdtemp(usual.length > longestSocketPath - 10 ? '/tmp/dispatch-ssh-' : usual);
}
