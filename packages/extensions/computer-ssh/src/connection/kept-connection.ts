import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@dispatch/kernel';
import { unavailable } from '../unavailable.ts';
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';

export interface KeptConnectionOptions extends Omit<ConnectionOptions, 'folder'> {
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
  let isClosed = false;

  const connect = async (): Promise<Connection> => {
    const folder = await newFolder();
    const connection = await openConnection({ ...options, folder });
    logger.info('connected', { computerId });
    // What ran on the connection before may not know yet that it is lost.
    if (lostMark !== undefined) connection.keeper.sweep(lostMark);
    lostMark = connection.mark;
    return connection;
  };

  const get = async (): Promise<Connection> => {
    if (isClosed) throw unavailable(computerId, { why: 'the host is stopping.' });
    if (current !== undefined) return current;
    const made = connect();
    current = made;
    const drop = () => {
      if (current === made) current = undefined;
    };
    made.then(({ lost }) => lost.then(drop), drop);
    return made;
  };

  const closeIdle = async (): Promise<void> => {
    const seen = uses;
    await runtime.sleep(options.idleMs);
    if (users > 0 || uses !== seen || current === undefined) return;
    const connection = await current;
    // What commands have left over there needs its life line.
    const hasLeft = await connection.keeper.hasLeft('all', connection.mark);
    if (users > 0 || uses !== seen) return;
    if (hasLeft) return closeIdle();
    current = undefined;
    await connection.close();
  };

  return {
    async use(work) {
      users += 1;
      uses += 1;
      try {
        return await work(await get());
      } finally {
        users -= 1;
        if (users === 0 && !isClosed) void closeIdle().catch(() => {});
      }
    },
    async close() {
      isClosed = true;
      await (await current?.catch(() => undefined))?.close();
    },
  };
}

/** Mode 0700, which `ssh` insists on for nobody else to use the connection. */
function newFolder(): Promise<string> {
  const usual = join(tmpdir(), 'dispatch-ssh-');
  return mkdtemp(usual.length > longestSocketPath - 10 ? '/tmp/dispatch-ssh-' : usual);
}
