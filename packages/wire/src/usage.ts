import * as z from 'zod';

const tokens = z.int().min(0);

/** Token counts, the same way whatever the provider counts (WIRE.md section 3). */
export const usage = z.lazy(() =>
  z.object({
    inputTokens: tokens,
    outputTokens: tokens,
    reasoningTokens: tokens.exactOptional(),
    cacheReadTokens: tokens.exactOptional(),
    cacheWriteTokens: tokens.exactOptional(),
  }),
);

export type Usage = z.infer<typeof usage>;

/** How a turn ended. */
export const finishReason = z.lazy(() =>
  z.enum(['stop', 'length', 'content-filter', 'max-steps', 'aborted', 'error']),
);

/** How a step ended. */
export const stepFinishReason = z.lazy(() =>
  z.enum(['stop', 'length', 'content-filter', 'tool-calls', 'aborted', 'error']),
);

export type FinishReason = z.infer<typeof finishReason>;
export type StepFinishReason = z.infer<typeof stepFinishReason>;
