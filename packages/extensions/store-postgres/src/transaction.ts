import { isCodedError } from '@dispatch/contracts';
import type { Pool } from './connect.ts';
import { judge } from './database-error.ts';

type Connection = Pick<Pool, 'unsafe'>;

/**
 * Runs `run` in a transaction of its own.
 *
 * Where the connection is lost the driver must not be let roll back: it would write to a socket that
 * is no more, and throw outside of any promise, which ends the process (porsager/postgres issue
 * 1208). So such an error is held back here, and the driver tells of the loss by itself.
 */
export async function inTransaction<T>(
  pool: Pool,
  run: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { result } = await pool.begin(async (connection) => {
    try {
      return { result: await run(connection) };
    } catch (error) {
      if (isLost(error)) return new Promise<never>(() => {});
      throw error;
    }
  });
  return result;
}

/** Also a server that gave no answer: there is nobody to roll back with. */
function isLost(error: unknown): boolean {
  return judge(error) === 'lost' || isCodedError(error, 'store-unavailable');
}
