import type {
  ChunkQuery,
  ConversationHead,
  ConversationView,
  RunningTurn,
  StoredChunk,
} from '@dispatch/contracts';
import { rangeParameters, readNewest, readOldest } from './chunks.ts';
import type { Queries } from './queries.ts';
import { conversationNotFound } from './refusals.ts';
import { arrayLiteral } from './text.ts';

const head = `c.id as "conversationId", c.last_seq as "lastSeq", t.turn_id as "turnId",
  c.owner, c.epoch, c.event_number as "eventNumber", t.previous_seq as "previousSeq"`;
/** The turn's columns are null where none runs. */
const from = `from dispatch.conversations c left join dispatch.turns t
  on c.is_running and t.conversation_id = c.id and t.turn_id = c.turn_id`;

const readMany = `select ${head} ${from} where c.id = any ($1::text[])`;

/** One row: chunks and head are of one moment, since they are of one statement. */
function viewStatement(range: string): string {
  return `select ${head}, (
  select coalesce(json_agg(chunk order by seq), '[]')::text from (${range}) as chunk
) as chunks ${from} where c.id = $1`;
}
const viewOldest = viewStatement(readOldest);
const viewNewest = viewStatement(readNewest);

type HeadRow = {
  readonly conversationId: string;
  readonly lastSeq: number;
} & (RunningTurn | { readonly turnId: null });

function toRunning(row: HeadRow): { readonly running?: RunningTurn } {
  if (row.turnId === null) return {};
  const { turnId, owner, epoch, eventNumber, previousSeq } = row;
  return { running: { turnId, owner, epoch, eventNumber, previousSeq } };
}

export async function readView(
  { query, call }: Queries,
  request: ChunkQuery,
): Promise<ConversationView> {
  const statement = request.newest === true ? viewNewest : viewOldest;
  const [row] = await call(() =>
    query<HeadRow & { chunks: string }>(statement, rangeParameters(request)),
  );
  if (row === undefined) throw conversationNotFound(request.conversationId);
  const chunks: readonly StoredChunk[] = JSON.parse(row.chunks);
  return { lastSeq: row.lastSeq, chunks, ...toRunning(row) };
}

export async function readHeads(
  { query, call }: Queries,
  conversationIds: readonly string[],
): Promise<readonly ConversationHead[]> {
  const rows = await call(() => query<HeadRow>(readMany, [arrayLiteral(conversationIds)]));
  return rows.map((row) => {
    const { conversationId, lastSeq } = row;
    return { conversationId, lastSeq, ...toRunning(row) };
  });
}
