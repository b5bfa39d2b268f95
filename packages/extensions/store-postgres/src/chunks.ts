import type { ChunkQuery, NewChunk, StoredChunk } from '@dispatch/contracts';
import type { Queries } from './queries.ts';
import { conversationNotFound } from './refusals.ts';
import { arrayLiteral, encodeText } from './text.ts';

/** The parameters of `insertChunks`: how many, their roles, their JSON. */
export function chunkParameters(chunks: readonly NewChunk[]): [number, string, string] {
  return [
    chunks.length,
    arrayLiteral(chunks.map((chunk) => chunk.role)),
    arrayLiteral(chunks.map((chunk) => chunk.json)),
  ];
}

/** The `callIds` of `insertChunks`: calls alone, since each brings its one result with it. */
export function callIdParameter(chunks: readonly NewChunk[]): string {
  return arrayLiteral(
    chunks.map(({ role, callId }) =>
      callId === undefined || role === 'tool' ? undefined : encodeText(callId),
    ),
  );
}

export const chunkColumns = `seq, turn_id as "turnId", role, created_at as "createdAt", json`;
const range = `from dispatch.chunks where conversation_id = $1 and seq > $2 and seq <= $3 order by seq`;
export const readOldest = `select ${chunkColumns} ${range} limit $4`;
export const readNewest = `select ${chunkColumns} ${range} desc limit $4`;
const findConversation = `select 1 from dispatch.conversations where id = $1`;

const lastPossibleSeq = 2 ** 31 - 1;

export function rangeParameters({ conversationId, afterSeq, throughSeq, limit }: ChunkQuery) {
  return [conversationId, afterSeq, throughSeq ?? lastPossibleSeq, limit];
}

export async function readChunks(
  { query }: Pick<Queries, 'query'>,
  request: ChunkQuery,
): Promise<readonly StoredChunk[]> {
  const { conversationId, newest } = request;
  const parameters = rangeParameters(request);
  const rows = await query<StoredChunk>(newest === true ? readNewest : readOldest, parameters);
  if (rows.length === 0) await assertConversation({ query }, conversationId);
  return newest === true ? [...rows].reverse() : [...rows];
}

/** For reads that found nothing: is there a conversation at all? */
export async function assertConversation(
  { query }: Pick<Queries, 'query'>,
  conversationId: string,
): Promise<void> {
  const known = await query(findConversation, [conversationId]);
  if (known.length === 0) throw conversationNotFound(conversationId);
}

/** Statements that write chunks share it. `$1` the conversation, `$2` the turn, the rest as named. */
export function insertChunks(names: {
  readonly from: string;
  readonly count: string;
  readonly roles: string;
  readonly jsons: string;
  readonly at: string;
  /** Only a step has calls. */
  readonly callIds?: string;
}): string {
  const { from, count, roles, jsons, at, callIds = 'null' } = names;
  return `insert into dispatch.chunks (conversation_id, seq, turn_id, role, created_at, json, call_id)
    select $1, ${from}.last_seq - ${count}::int + new.place::int, $2, new.role, ${at}, new.json, new.call_id
    from ${from}, unnest(${roles}::text[], ${jsons}::text[], ${callIds}::text[])
      with ordinality as new (role, json, call_id, place)`;
}

/** The parameters of `insertChunksOfMany`: each list's chunks, by the list's number and their place in it. */
export function chunkArrays(lists: readonly (readonly NewChunk[])[]): readonly string[] {
  const rows = lists.flatMap((chunks, list) =>
    chunks.map((chunk, index) => ({ list: String(list + 1), place: String(index + 1), chunk })),
  );
  return [
    arrayLiteral(rows.map(({ list }) => list)),
    arrayLiteral(rows.map(({ place }) => place)),
    arrayLiteral(rows.map(({ chunk }) => chunk.role)),
    arrayLiteral(rows.map(({ chunk }) => chunk.json)),
    callIdParameter(rows.map(({ chunk }) => chunk)),
  ];
}

/** For statements over several conversations: the rows of `conversation` are numbered by `n`, five parameters follow `first`. */
export function insertChunksOfMany(first: number): string {
  const [list, place, role, json, callId] = [0, 1, 2, 3, 4].map((offset) => `$${first + offset}`);
  return `insert into dispatch.chunks (conversation_id, seq, turn_id, role, created_at, json, call_id)
  select id, last_seq - count + place, turn_id, role, at, json, call_id
  from conversation join unnest(${list}::int[], ${place}::int[], ${role}::text[], ${json}::text[], ${callId}::text[])
    as new (n, place, role, json, call_id) using (n)`;
}
