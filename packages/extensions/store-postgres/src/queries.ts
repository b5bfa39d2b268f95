import type { Runtime } from '@dispatch/contracts';
import type { Pool } from './connect.ts';
import { judge, mayBeMade, toCodedError } from './database-error.ts';
import { createDeadline } from './deadline.ts';
import { inTransaction } from './transaction.ts';

export type Parameter = string | number | boolean | Uint8Array | null;

/** Runs one prepared statement. The text is the statement's name too: keep it constant. */
export type Query = <Row>(
  text: string,
  parameters: readonly Parameter[],
) => Promise<readonly Row[]>;

export interface Queries {
  readonly query: Query;
  /** All of `run`, or nothing of it. */
  transaction<T>(run: (query: Query) => Promise<T>): Promise<T>;
  /** One attempt, for those who ask whether the store is there. */
  ping(): Promise<void>;
  /**
   * Makes a whole call: again where the connection was lost or a deadlock was broken, for about five
   * seconds. Rejects with coded errors alone. `run` must be safe to make twice: `attempt` counts from 1.
   */
  call<T>(run: (attempt: number) => Promise<T>): Promise<T>;
}

const retryDelaysMs = [0, 100, 300, 600, 1000, 1500, 1500];
const answerTimeoutMs = 25_000;

export function createQueries(pool: Pool, runtime: Runtime): Queries {
  const bounded = createDeadline(runtime, answerTimeoutMs);
  const queryOn =
    (sql: Pick<Pool, 'unsafe'>): Query =>
    <Row>(text: string, parameters: readonly Parameter[]) =>
      bounded(() => sql.unsafe<Row[]>(text, [...parameters], { prepare: true }));

  return {
    query: queryOn(pool),
    transaction: <T>(run: (query: Query) => Promise<T>) =>
      bounded(() => inTransaction(pool, (sql) => run(queryOn(sql)))),
    async ping() {
      try {
        await bounded(() => pool.unsafe('select 1', [], { prepare: true }));
      } catch (error) {
        throw toCodedError(error);
      }
    },
    async call(run) {
      let isUnmade = true;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await run(attempt);
        } catch (error) {
          if (mayBeMade(error)) isUnmade = false;
          const verdict = judge(error);
          const delayMs = retryDelaysMs[attempt - 1];
          const isWorthAnother = verdict === 'lost' || verdict === 'conflict';
          if (!isWorthAnother || delayMs === undefined) throw toCodedError(error, isUnmade);
          if (delayMs > 0) await runtime.sleep(delayMs);
        }
      }
    },
  };
}
