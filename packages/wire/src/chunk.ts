import * as z from 'zod';
import { contentPart } from './content-part.ts';
import { seq } from './ids.ts';
import { jsonValue } from './json-value.ts';

const ofStep = { stepId: z.string() };
const ofCall = { ...ofStep, callId: z.string(), name: z.string() };

/** A committed piece of a conversation (WIRE.md section 2). */
export const chunk = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('text'),
      text: z.string(),
      stepId: z.string().exactOptional(),
    }),
    z.object({
      type: z.literal('reasoning'),
      ...ofStep,
      text: z.string(),
      providerData: jsonValue.exactOptional(),
    }),
    z.object({ type: z.literal('tool-call'), ...ofCall, input: jsonValue }),
    z.object({
      type: z.literal('tool-result'),
      ...ofCall,
      content: z.array(contentPart),
      isError: z.boolean(),
      durationMs: z.number().exactOptional(),
      interrupted: z.literal(true).exactOptional(),
    }),
    z.object({
      type: z.literal('attachment'),
      mediaType: z.string(),
      name: z.string().exactOptional(),
      attachmentId: z.string(),
    }),
    z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
  ]),
);

export const role = z.lazy(() => z.enum(['user', 'assistant', 'tool']));

/** A chunk with its place in the conversation. */
export const storedChunk = z.lazy(() =>
  z.object({
    seq,
    turnId: z.string(),
    role,
    createdAt: z.iso.datetime(),
    chunk,
  }),
);

export type Chunk = z.infer<typeof chunk>;
export type Role = z.infer<typeof role>;
export type StoredChunk = z.infer<typeof storedChunk>;
