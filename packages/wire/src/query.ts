import * as z from 'zod';
import { conversationId, mintedId } from './ids.ts';

/** A whole number as it stands in a URL: plain digits. */
function integerParameter(minimum: number, maximum: number, otherwise: number) {
  return z
    .string()
    .regex(/^[0-9]{1,16}$/)
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .default(otherwise)
    .meta({ type: 'integer', minimum, maximum, description: `Default ${otherwise}.` });
}

/** Opaque: a `nextCursor` of the page before. */
const pageCursor = z.string().min(1).max(1024);

/** `GET /conversations/:id/messages`. */
export const messagesQuery = z.strictObject({
  sinceSeq: integerParameter(0, Number.MAX_SAFE_INTEGER, 0),
  limit: integerParameter(1, 1000, 500),
});

/** `GET /conversations/:id/events`. Any text is taken: a malformed cursor is answered by `resync`. */
export const eventsQuery = z.strictObject({ cursor: z.string().exactOptional() });

/** `GET /conversations`. */
export const listQuery = z.strictObject({
  limit: integerParameter(1, 1000, 100),
  cursor: pageCursor.exactOptional(),
  workspaceId: conversationId.exactOptional(),
});

/** `GET /conversations/:id/traces`. */
export const tracesQuery = z.strictObject({
  turnId: mintedId.exactOptional(),
  limit: integerParameter(1, 1000, 500),
  cursor: pageCursor.exactOptional(),
});

/** `GET /commands`. */
export const commandsQuery = z.strictObject({ conversationId: conversationId.exactOptional() });

/** `GET /commands/:id/output`. */
export const commandOutputQuery = z.strictObject({
  offset: integerParameter(0, Number.MAX_SAFE_INTEGER, 0),
});

/** `POST /attachments`. */
export const attachmentQuery = z.strictObject({ name: z.string().min(1).max(255).exactOptional() });

/** Where no query parameter is taken. */
export const emptyQuery = z.strictObject({});

/** `:id` of a conversation's route. */
export const conversationParams = z.strictObject({ id: conversationId });
/** `:id` and `:queueId`. */
export const queueItemParams = z.strictObject({ id: conversationId, queueId: mintedId });
/** `:id` of a workspace's route. */
export const workspaceParams = z.strictObject({ id: conversationId });
/** `:id` of an attachment's route. */
export const attachmentParams = z.strictObject({ id: mintedId });
/** `:approvalId`. */
export const approvalParams = z.strictObject({ approvalId: mintedId });
/** `:id` of the route of a command in the background. */
export const commandParams = z.strictObject({ id: mintedId });

export type MessagesQuery = z.infer<typeof messagesQuery>;
export type EventsQuery = z.infer<typeof eventsQuery>;
export type ListQuery = z.infer<typeof listQuery>;
