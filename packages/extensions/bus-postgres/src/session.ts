import type { Database, Runtime } from '@dispatch/contracts';
import { type Connection, connect } from './connect.ts';
import { createDeadline } from './deadline.ts';

export interface SessionOptions {
  readonly database: Database;
  readonly runtime: Runtime;
  readonly onNotify?: (channel: string, payload: string) => void;
  /** What was set on the connection is gone. Not called for a connection that was never there. */
  readonly onLost?: () => void;
}

/** A server that froze, or a network that was cut, sends no error. */
const statementTimeoutMs = 10_000;

/**
 * One connection at a time, opened with the next statement. A statement without an answer in ten
 * seconds rejects, and its connection is given up.
 */
export function createSession(options: SessionOptions) {
  const { database, runtime, onNotify = () => {}, onLost = () => {} } = options;
  const inTime = createDeadline(runtime, statementTimeoutMs);
  let current: Connection | undefined;
  let isClosed = false;

  function open(): Connection {
    const connection: Connection = connect(database, {
      onNotify: (channel, payload) => {
        if (connection === current) onNotify(channel, payload);
      },
      onClose: () => giveUp(connection),
    });
    current = connection;
    return connection;
  }

  function giveUp(connection: Connection): void {
    if (connection !== current) return;
    current = undefined;
    void connection.end({ timeout: 0 });
    onLost();
  }

  return {
    async run<T>(statement: (connection: Connection) => PromiseLike<T>): Promise<T> {
      if (isClosed) throw new Error('The session is closed.');
      const connection = current ?? open();
      try {
        return await inTime(statement(connection));
      } catch (error) {
        if (!isRefusal(error)) giveUp(connection);
        throw error;
      }
    },
    async close(): Promise<void> {
      isClosed = true;
      const connection = current;
      current = undefined;
      await connection?.end({ timeout: 1 });
    },
  };
}

/** The server understood and will not do it, now or later: bad data, no support, a fault in the statement, no right. */
export function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(0A|22|42)[0-9A-Z]{3}$/.test(code);
}
