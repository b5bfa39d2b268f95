import type { RecordQuery, Records, RecordWrite, VersionedRecord } from '@dispatch/contracts';
import { isForeignKeyViolation, isUniqueViolation } from './database-error.ts';
import type { Queries, Query } from './queries.ts';
import { conversationNotFound, versionConflict } from './refusals.ts';
import { decodeText, encodeText } from './text.ts';

const columns = 'key, json, version';
const read = `select ${columns} from dispatch.records where namespace = $1 and key = $2`;
const insert = `insert into dispatch.records as r (namespace, key, json, conversation_id, version)
values ($1, $2, $3, $4, 1)`;
const create = `${insert} returning version`;
const put = `${insert}
on conflict (namespace, key) do update set json = excluded.json, version = r.version + 1,
  conversation_id = coalesce(excluded.conversation_id, r.conversation_id) returning version`;
const replace = `update dispatch.records set json = $3, version = version + 1,
  conversation_id = coalesce($4, conversation_id)
where namespace = $1 and key = $2 and version = $5::int returning version`;

/** Within a transaction, or as one. Throws `version-conflict`. */
export async function writeRecordIn(query: Query, write: RecordWrite): Promise<number> {
  const { json, expectedVersion, conversationId = null } = write;
  const base = [encodeText(write.namespace), encodeText(write.key), json, conversationId];
  try {
    const [row] =
      expectedVersion === undefined || expectedVersion === 0
        ? await query<{ version: number }>(expectedVersion === 0 ? create : put, base)
        : await query<{ version: number }>(replace, [...base, expectedVersion]);
    if (row !== undefined) return row.version;
  } catch (error) {
    if (isForeignKeyViolation(error)) throw conversationNotFound(conversationId ?? '');
    if (!isUniqueViolation(error)) throw error;
  }
  throw versionConflict(write.namespace, write.key);
}

const remove = `delete from dispatch.records where namespace = $1 and key = $2
  and ($3::int is null or version = $3::int) returning 1`;

const list = `select ${columns} from dispatch.records
where namespace = $1 and key >= $2 and starts_with(key, $2) and ($3::text is null or key > $3)
order by key limit $4::int`;

export function createRecords({ query, call }: Queries): Records {
  return {
    async read(namespace, key) {
      const parameters = [encodeText(namespace), encodeText(key)];
      const [row] = await call(() => query<VersionedRecord>(read, parameters));
      return row === undefined ? undefined : toRecord(row);
    },
    write: (write) => call(() => writeRecordIn(query, write)),
    remove: (namespace, key, expectedVersion) =>
      call(async () => {
        const names = [encodeText(namespace), encodeText(key)];
        const removed = await query(remove, [...names, expectedVersion ?? null]);
        if (removed.length > 0) return true;
        if (expectedVersion === undefined || expectedVersion === 0) {
          const isThere = (await query(read, names)).length > 0;
          if (!isThere || expectedVersion === undefined) return false;
        }
        throw versionConflict(namespace, key);
      }),
    async list({ namespace, prefix = '', afterKey, limit }: RecordQuery) {
      const after = afterKey === undefined ? null : encodeText(afterKey);
      const parameters = [encodeText(namespace), encodeText(prefix), after, limit];
      const rows = await call(() => query<VersionedRecord>(list, parameters));
      return rows.map(toRecord);
    },
  };
}

function toRecord({ key, json, version }: VersionedRecord): VersionedRecord {
  return { key: decodeText(key), json, version };
}
