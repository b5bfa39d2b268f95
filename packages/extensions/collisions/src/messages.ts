import type { LineHunk } from '@dispatch/contracts';
import { z } from 'zod';
import type { Area } from './line-ranges.ts';

const line = z.int().min(0);
const area = z.union([z.literal('whole'), z.array(z.tuple([line, line]))]);
const hunk = z.object({ line, removed: line, added: line });
const trace = z.object({
  fileId: z.string(),
  conversationId: z.string(),
  area,
  ageMs: z.number().min(0),
});

const message = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('touch'),
    fileId: z.string(),
    conversationId: z.string(),
    path: z.string(),
    computerId: z.string().optional(),
    area,
    hunks: z.array(hunk).optional(),
  }),
  /** A host that has just come asks what the others know. */
  z.object({ kind: z.literal('ask') }),
  z.object({ kind: z.literal('known'), traces: z.array(trace) }),
]);

/** What hosts tell one another. */
export type CollisionMessage =
  | {
      readonly kind: 'touch';
      readonly fileId: string;
      readonly conversationId: string;
      readonly path: string;
      readonly computerId?: string | undefined;
      readonly area: Area;
      readonly hunks?: readonly LineHunk[] | undefined;
    }
  | { readonly kind: 'ask' }
  | { readonly kind: 'known'; readonly traces: readonly KnownTrace[] };

export interface KnownTrace {
  readonly fileId: string;
  readonly conversationId: string;
  readonly area: Area;
  readonly ageMs: number;
}

/** Undefined for what is none, such as that of a host of another version. */
export function readMessage(text: string): CollisionMessage | undefined {
  try {
    return message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
