import { z } from 'zod';

const schema = z.strictObject({
  /** Where to connect instead of to the database's own URL: for a database behind a pooler. */
  url: z
    .string()
    .refine(
      (text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''),
      'must be postgres://…',
    )
    .optional(),
});

export type BusPostgresOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key; a password is not in it. */
export function parseOptions(raw: unknown): BusPostgresOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
