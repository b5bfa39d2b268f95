import type postgres from 'postgres';
import { measureInChild } from '../processes.ts';
import type { Result, Row } from '../row.ts';
import { withCluster } from '../scale/cluster.ts';
import { figure } from '../scale/figure.ts';
import type { LoadCost, LoadOptions } from '../scale/load.ts';
import { logPosition } from '../scale/log-position.ts';
import { typicalScript } from '../scale/script.ts';
import { format } from '../statistics.ts';

const name = 'scale-disk';
const conversations = 1000;
const turnsEach = 5;

interface Table {
  readonly table: string;
  readonly bytes: number;
  readonly indexBytes: number;
}

export const scaleDisk: Row = {
  name,
  what: '1,000 conversations of five exchanges with a call each, on disk',
  repetitions: 1,
  async measure(_repetitions, tell) {
    tell(`${conversations * turnsEach} turns`);
    return withCluster(1, async ({ urls, sql }) => {
      const logBefore = await logPosition(sql);
      await measureInChild<LoadCost>('load', {
        urls,
        name: 'disk',
        conversations,
        turnsEach,
        inFlight: 32,
        message: typicalScript,
      } satisfies LoadOptions);
      const logBytes = (await logPosition(sql)) - logBefore;
      const tables = await sizes(sql);
      const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
      const kib = (bytes: number) => `${format(bytes / conversations / 1024)} KiB`;
      const results: Result[] = [
        figure(name, 'a conversation, with its indexes', kib(total)),
        ...tables
          .filter(({ bytes }) => bytes > total / 100)
          .map(({ table, bytes, indexBytes }) =>
            figure(name, `of it in ${table}`, kib(bytes), `indexes: ${kib(indexBytes)}`),
          ),
        figure(
          name,
          'write-ahead log of a turn of two steps',
          `${format(logBytes / (conversations * turnsEach) / 1024)} KiB`,
        ),
      ];
      return { results, samples: { tables, logBytes } };
    });
  },
};

async function sizes(sql: postgres.Sql): Promise<Table[]> {
  const rows = await sql<Table[]>`
    select class.relname as table,
      pg_total_relation_size(class.oid)::float8 as bytes,
      pg_indexes_size(class.oid)::float8 as "indexBytes"
    from pg_class class join pg_namespace space on space.oid = class.relnamespace
    where space.nspname = 'dispatch' and class.relkind = 'r'
    order by bytes desc`;
  return [...rows];
}
