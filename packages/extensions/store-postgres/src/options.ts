import { z } from 'zod';

const schema = z.strictObject({
  /** Connections that this host opens at most. */
  maxConnections: z.int().min(1).max(1000).default(10),
});

export type StorePostgresOptions = z.infer<typeof schema>;

export function parseOptions(raw: unknown): StorePostgresOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new Error(path === '' ? String(issue?.message) : `\`${path}\`: ${issue?.message}`);
}
