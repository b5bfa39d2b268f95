/**
 * Token counts, the same way whatever the provider counts (WIRE.md section 3): `inputTokens`
 * includes what the cache gave or took, `outputTokens` includes reasoning.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
}
