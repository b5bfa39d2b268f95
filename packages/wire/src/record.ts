import * as z from 'zod';

const attributes = z.lazy(() =>
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
);
const traceId = z.lazy(() => z.string().regex(/^[0-9a-f]{32}$/));
const spanId = z.lazy(() => z.string().regex(/^[0-9a-f]{16}$/));
const at = z.lazy(() => z.iso.datetime());

/** A large text, whole or as what it adds to the body of span `ref` (WIRE.md section 7). */
export const spanBody = z.lazy(() =>
  z.union([
    z.string(),
    z.object({ ref: spanId, keep: z.int().min(0), hash: z.string(), rest: z.string() }),
  ]),
);

/** One line of a journal. */
export const journalRecord = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('span-open'),
      traceId,
      spanId,
      parentSpanId: spanId.exactOptional(),
      name: z.string(),
      at,
      extension: z.string(),
      conversationId: z.string().exactOptional(),
      turnId: z.string().exactOptional(),
      stepId: z.string().exactOptional(),
      attributes,
      body: spanBody.exactOptional(),
    }),
    z.object({
      type: z.literal('span-close'),
      traceId,
      spanId,
      conversationId: z.string().exactOptional(),
      at,
      status: z.enum(['ok', 'error']),
      attributes,
      body: spanBody.exactOptional(),
    }),
    z.object({
      type: z.literal('log'),
      level: z.enum(['debug', 'info', 'warn', 'error']),
      message: z.string(),
      at,
      extension: z.string(),
      traceId: traceId.exactOptional(),
      spanId: spanId.exactOptional(),
      conversationId: z.string().exactOptional(),
      attributes,
    }),
  ]),
);

/** `GET /conversations/:id/traces`. */
export const tracesResponse = z.lazy(() =>
  z.object({
    records: z.array(journalRecord),
    nextCursor: z.string().nullable(),
  }),
);

export type SpanBody = z.infer<typeof spanBody>;
export type JournalRecord = z.infer<typeof journalRecord>;
export type TracesResponse = z.infer<typeof tracesResponse>;
