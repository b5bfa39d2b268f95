import type {
  Conversation,
  ConversationPage,
  ConversationPatch,
  ConversationQuery,
} from '@dispatch/contracts';
import {
  type ConversationDetails,
  type ConversationRow,
  conversationColumns,
  toConversation,
} from './conversation-details.ts';
import type { Parameter, Queries } from './queries.ts';
import { conversationNotFound, invalidInput } from './refusals.ts';
import { encodeText } from './text.ts';

const readOne = `select ${conversationColumns} from dispatch.conversations where id = $1`;
const lockOne = `${readOne} for update`;
const writeOne = `update dispatch.conversations
set details = $2, workspace_id = $3, updated_at = greatest(updated_at, $4::bigint)
where id = $1 returning ${conversationColumns}`;

export async function readConversation(
  { query, call }: Queries,
  conversationId: string,
): Promise<Conversation | undefined> {
  const [row] = await call(() => query<ConversationRow>(readOne, [conversationId]));
  return row === undefined ? undefined : toConversation(row);
}

export async function listConversations(
  { query, call }: Queries,
  request: ConversationQuery,
): Promise<ConversationPage> {
  const { limit, cursor, workspaceId } = request;
  const parameters: Parameter[] = [limit + 1];
  const conditions: string[] = [];
  if (workspaceId !== undefined) {
    conditions.push(`workspace_id = $${parameters.push(encodeText(workspaceId))}`);
  }
  if (cursor !== undefined) {
    const [updatedAt, conversationId] = parseCursor(cursor);
    const [time, id] = [parameters.push(updatedAt), parameters.push(conversationId)];
    conditions.push(`(updated_at, id) < ($${time}::bigint, $${id})`);
  }
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const statement = `select ${conversationColumns} from dispatch.conversations ${where}
order by updated_at desc, id desc limit $1::int`;
  const rows = await call(() => query<ConversationRow>(statement, parameters));
  const conversations = rows.slice(0, limit).map(toConversation);
  const last = conversations.at(-1);
  if (last === undefined || rows.length <= limit) return { conversations };
  return { conversations, nextCursor: `${last.updatedAt}:${last.conversationId}` };
}

function parseCursor(cursor: string): [number, string] {
  const match = /^(\d{1,15}):([\w-]+)$/.exec(cursor);
  if (match === null) throw invalidInput('`cursor` is not one of this list.');
  const [, updatedAt, conversationId = ''] = match;
  return [Number(updatedAt), conversationId];
}

export function updateConversation(
  { transaction, call }: Queries,
  conversationId: string,
  patch: ConversationPatch,
  at: number,
): Promise<Conversation> {
  return call(() =>
    transaction(async (query) => {
      const [row] = await query<ConversationRow>(lockOne, [conversationId]);
      if (row === undefined) throw conversationNotFound(conversationId);
      const details = applyPatch(JSON.parse(row.details), patch);
      const { workspaceId } = details;
      const [written] = await query<ConversationRow>(writeOne, [
        conversationId,
        JSON.stringify(details),
        workspaceId === undefined ? null : encodeText(workspaceId),
        at,
      ]);
      return toConversation(written ?? row);
    }),
  );
}

function applyPatch(details: ConversationDetails, patch: ConversationPatch): ConversationDetails {
  const merged = Object.entries({ ...details, ...patch });
  return Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined));
}

const readIds = `select id from dispatch.conversations where id > $1 order by id limit $2::int`;

export async function listConversationIds(
  { query, call }: Queries,
  limit: number,
  afterId: string | undefined,
): Promise<readonly string[]> {
  const rows = await call(() => query<{ id: string }>(readIds, [afterId ?? '', limit]));
  return rows.map(({ id }) => id);
}
