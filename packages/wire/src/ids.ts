import * as z from 'zod';
import { idPattern } from './id-pattern.ts';

/** A conversation's id, chosen by the client or minted by the host. */
export const conversationId = z.string().regex(idPattern);

/** Ids that the host mints and a client only repeats. Bounded, else free: an unknown one is a 404. */
export const mintedId = z.string().min(1).max(256);

/** The key that makes a repeated request harmless, 1 to 128 characters (code points). */
export const idempotencyKey = z
  .string()
  .min(1)
  .refine((key) => key.length <= 256 && [...key].length <= 128, 'must have at most 128 characters')
  .meta({ maxLength: 128 });

/** A conversation's `seq`, or 0 for "before the first". */
export const seq = z.int().min(0);
