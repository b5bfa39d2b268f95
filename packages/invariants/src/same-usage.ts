import type { Usage } from '@dispatch/kernel';

export const usageCounts = [
  'inputTokens',
  'outputTokens',
  'reasoningTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
] as const;

export function isSameUsage(a: Usage, b: Usage | undefined): boolean {
  return b !== undefined && usageCounts.every((name) => a[name] === b[name]);
}
