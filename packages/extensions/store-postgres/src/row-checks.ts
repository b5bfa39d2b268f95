import type { Queries } from './queries.ts';
import { arrayLiteral } from './text.ts';

/** What has to be so among the rows, and no contract tells. Reads alone. For checks. */
export interface RowChecks {
  /**
   * Conversations that are gone and that rows still name, table by table. Each table's ids are read in
   * pages, by its index: memory does not grow with the store.
   */
  findStrayRows(): AsyncGenerator<StrayRows, void>;
  /** What is counted in these conversations' own rows and is not so; at most 1,000 at once. */
  findWrongCounters(conversationIds: readonly string[]): Promise<readonly WrongCounter[]>;
}

export interface StrayRows {
  readonly table: string;
  readonly conversationId: string;
}

export interface WrongCounter {
  readonly conversationId: string;
  /** Its column. */
  readonly counter: 'queue_count' | 'turn_count' | 'turn_id';
  readonly kept: string;
  readonly counted: string;
}

/** Those that no foreign key holds to their conversation. */
const tables = ['chunks', 'turns', 'steps', 'ledger', 'queue', 'idempotency_keys'] as const;

const pageSize = 500;

/** Each table's key begins with the conversation: one look into its index finds the next id. */
const pages = tables.map((table) => {
  const next = (after: string) =>
    `select conversation_id from dispatch.${table} where conversation_id > ${after} order by conversation_id limit 1`;
  const statement = `with recursive ids as (
  (${next('$1')})
  union all
  select (${next('ids.conversation_id')}) from ids where ids.conversation_id is not null
)
select conversation_id as "conversationId",
  not exists (select 1 from dispatch.conversations c where c.id = conversation_id) as "isStray"
from ids where conversation_id is not null limit ${pageSize}`;
  return { table, statement };
});

const countersOf = `select c.id as "conversationId", c.queue_count as "queueCount", c.turn_count as "turnCount",
  c.turn_id as "turnId",
  (select count(*)::int from dispatch.queue q
    where q.conversation_id = c.id and q.taken_turn_id is null) as waiting,
  (select count(*)::int from dispatch.turns t where t.conversation_id = c.id) as turns,
  (select t.turn_id from dispatch.turns t where t.conversation_id = c.id
    order by t.position desc limit 1) as "lastTurnId"
from dispatch.conversations c where c.id = any ($1::text[]) order by c.id`;

interface CounterRow {
  readonly conversationId: string;
  readonly queueCount: number;
  readonly turnCount: number;
  readonly turnId: string | null;
  readonly waiting: number;
  readonly turns: number;
  readonly lastTurnId: string | null;
}

interface IdRow {
  readonly conversationId: string;
  readonly isStray: boolean;
}

export function createRowChecks({ query, call }: Queries): RowChecks {
  const readIds = (statement: string, after: string): Promise<readonly IdRow[]> =>
    call(() => query<IdRow>(statement, [after]));
  return {
    async *findStrayRows() {
      for (const { table, statement } of pages) {
        let after: string | undefined = '';
        while (after !== undefined) {
          const rows = await readIds(statement, after);
          for (const { conversationId, isStray } of rows) {
            if (isStray) yield { table, conversationId };
          }
          after = rows.length === pageSize ? rows.at(-1)?.conversationId : undefined;
        }
      }
    },
    async findWrongCounters(conversationIds) {
      const parameters = [arrayLiteral(conversationIds)];
      const rows = await call(() => query<CounterRow>(countersOf, parameters));
      return rows.flatMap(wrongCounters);
    },
  };
}

function wrongCounters(row: CounterRow): WrongCounter[] {
  const { conversationId } = row;
  const pairs = [
    ['queue_count', row.queueCount, row.waiting],
    ['turn_count', row.turnCount, row.turns],
    ['turn_id', row.turnId, row.lastTurnId],
  ] as const;
  return pairs
    .filter(([, kept, counted]) => kept !== counted)
    .map(([counter, kept, counted]) => {
      return { conversationId, counter, kept: String(kept), counted: String(counted) };
    });
}
