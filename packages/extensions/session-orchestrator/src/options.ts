import { z } from 'zod';

const schema = z.strictObject({
  /** Names this host among all that share the store; the same after a restart. */
  hostId: z.string().min(1).max(128).default('host'),
  cwd: z.string().min(1).optional(),
  defaultModel: z.string().min(1).optional(),
  models: z.record(z.string().min(1), z.string().min(1)).default({}),
  maxSteps: z.int().min(0).default(0),
  retryBudgetMs: z.int().min(0).optional(),
  retryDelaysMs: z.array(z.int().min(0)).min(1).optional(),
  approvals: z.enum(['ask', 'auto', 'deny']).default('ask'),
  eventLogMb: z.int().min(1).default(512),
  leaseMs: z.int().min(100).default(10_000),
  takeoverMs: z.int().min(10).max(15_000).default(3_000),
  shutdownGraceMs: z.int().min(0).default(10_000),
});

export type OrchestratorOptions = z.infer<typeof schema>;

/** Checks the options; throws a sentence that names the option. */
export function parseOptions(raw: unknown): OrchestratorOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${issue?.path.join('.') || 'options'}: ${issue?.message ?? 'not valid'}`);
}
