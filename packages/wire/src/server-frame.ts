import * as z from 'zod';
import { storedChunk } from './chunk.ts';
import { turnEvent } from './event.ts';
import { seq } from './ids.ts';
import { jsonValue } from './json-value.ts';
import { activeTurn, conversation } from './response.ts';

const id = z.union([z.string(), z.int()]);

/**
 * What the host sends over WebSocket (WIRE.md section 5). An ack may carry more fields, those of the
 * answer to its op. A client ignores frames and fields that it does not know.
 */
export const serverFrame = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('ack'), id }),
    z.object({
      type: z.literal('error'),
      id: id.nullable(),
      error: z.object({ code: z.string(), message: z.string() }),
    }),
    z.object({ type: z.literal('pong'), id }),
    z.object({
      type: z.literal('chat.snapshot'),
      conversationId: z.string(),
      chunks: z.array(storedChunk),
      firstSeq: seq.nullable(),
      lastSeq: seq,
      activeTurn,
    }),
    z.object({
      type: z.literal('chat.delta'),
      conversationId: z.string(),
      event: turnEvent,
    }),
    z.object({ type: z.literal('chat.resync'), conversationId: z.string(), lastSeq: seq }),
    z.object({ type: z.literal('conversation.changed'), conversation }),
    z.object({ type: z.literal('conversation.deleted'), conversationId: z.string() }),
    z.object({
      type: z.literal('surface.update'),
      surfaceId: z.string(),
      conversationId: z.string().exactOptional(),
      spec: z.object({ rendererId: z.string(), payload: jsonValue }),
    }),
  ]),
);

export type ServerFrame = z.infer<typeof serverFrame>;
export type ServerFrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;
