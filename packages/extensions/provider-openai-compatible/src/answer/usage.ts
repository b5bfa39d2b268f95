import type { Usage } from '@dispatch/kernel';
import { countField, isRecord, type JsonRecord, recordField } from '../json-shape.ts';

/**
 * Usage as this project counts it (WIRE.md section 3), of whatever a server reports; undefined where
 * it reports nothing that can be read. Fields that are no counts are passed over.
 */
export function normalizeUsage(raw: unknown): Usage | undefined {
  if (!isRecord(raw)) return undefined;
  const total = countField(raw, 'total_tokens');
  const input = countField(raw, 'prompt_tokens') ?? countField(raw, 'input_tokens');
  const output = countField(raw, 'completion_tokens') ?? countField(raw, 'output_tokens');
  if (input === undefined && output === undefined) return undefined;
  const inputTokens = input ?? Math.max(0, (total ?? 0) - (output ?? 0));
  const reasoning = reasoningTokens(raw);
  const outputTokens = withReasoning(
    output ?? Math.max(0, (total ?? 0) - inputTokens),
    reasoning,
    total === undefined ? undefined : total - inputTokens,
  );
  const cacheRead = cacheReadTokens(raw);
  const details = recordField(raw, 'prompt_tokens_details') ?? {};
  const cacheWrite = countField(details, 'cache_write_tokens');
  return {
    inputTokens,
    outputTokens,
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
    ...(cacheRead === undefined ? {} : { cacheReadTokens: Math.min(cacheRead, inputTokens) }),
    ...(cacheWrite === undefined ? {} : { cacheWriteTokens: Math.min(cacheWrite, inputTokens) }),
  };
}

/** Some servers count reasoning beside the output: their total, or an output that is less, gives it away. */
function withReasoning(
  output: number,
  reasoning: number | undefined,
  rest: number | undefined,
): number {
  if (reasoning === undefined) return output;
  return output < reasoning || output + reasoning === rest ? output + reasoning : output;
}

function reasoningTokens(raw: JsonRecord): number | undefined {
  const details =
    recordField(raw, 'completion_tokens_details') ??
    recordField(raw, 'output_tokens_details') ??
    {};
  return countField(details, 'reasoning_tokens') ?? countField(raw, 'reasoning_tokens');
}

/** In the order of how common they are: OpenAI's, DeepSeek's, Moonshot's. */
function cacheReadTokens(raw: JsonRecord): number | undefined {
  const details =
    recordField(raw, 'prompt_tokens_details') ?? recordField(raw, 'input_tokens_details') ?? {};
  return (
    countField(details, 'cached_tokens') ??
    countField(raw, 'prompt_cache_hit_tokens') ??
    countField(raw, 'cached_tokens')
  );
}
