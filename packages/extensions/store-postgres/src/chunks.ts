import type { ChunkQuery, NewChunk, StoredChunk } from '@dispatch/contracts';
import type { Queries } from './queries.ts';
import { conversationNotFound } from './refusals.ts';
import { arrayLiteral } from './text.ts';

/** The parameters of `insertChunks`: how many, their roles, their JSON. */
export function chunkParameters(chunks: readonly NewChunk[]): [number, string, string] {
  return [
    chunks.length,
    arrayLiteral(chunks.map((chunk) => chunk.role)),
    arrayLiteral(chunks.map((chunk) => chunk.json)),
  ];
}

const columns = `seq, turn_id as "turnId", role, created_at as "createdAt", json`;
const range = `from dispatch.chunks where conversation_id = $1 and seq > $2 and seq <= $3 order by seq`;
const readOldest = `select ${columns} ${range} limit $4`;
const readNewest = `select ${columns} ${range} desc limit $4`;
const findConversation = `select 1 from dispatch.conversations where id = $1`;

const lastPossibleSeq = 2 ** 31 - 1;

export async function readChunks(
  { query }: Pick<Queries, 'query'>,
  request: ChunkQuery,
): Promise<readonly StoredChunk[]> {
  const { conversationId, afterSeq, throughSeq, limit, newest } = request;
  const parameters = [conversationId, afterSeq, throughSeq ?? lastPossibleSeq, limit];
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
}): string {
  const { from, count, roles, jsons, at } = names;
  return `insert into dispatch.chunks (conversation_id, seq, turn_id, role, created_at, json)
    select $1, ${from}.last_seq - ${count}::int + new.place::int, $2, new.role, ${at}, new.json
    from ${from}, unnest(${roles}::text[], ${jsons}::text[]) with ordinality as new (role, json, place)`;
}
