import type { ContentPart } from '../content.ts';
import type { JsonValue } from '../json.ts';
import { isDeeperThan } from '../same-json.ts';
import type { ToolResult } from '../tool.ts';

/** Deeper values are refused, in inputs as in results. */
export const maxJsonDepth = 256;

/**
 * What a tool or a hook returned, if it is what the types say: the code that returns it may have
 * been compiled without them. Throws, for the model to read, where it is not.
 */
export function readResult(result: ToolResult): Required<ToolResult> {
  return { content: readContent(result?.content), isError: result.isError === true };
}

export function readContent(content: readonly ContentPart[]): readonly ContentPart[] {
  if (!Array.isArray(content)) throw new Error('it returned no content');
  for (const part of content) {
    if (!isPart(part)) throw new Error('it returned a part that is no content');
  }
  return content;
}

function isPart(part: ContentPart | null | undefined): boolean {
  switch (part?.type) {
    case 'text':
      return typeof part.text === 'string';
    case 'image':
      return typeof part.mediaType === 'string' && typeof part.data === 'string';
    case 'attachment':
      return typeof part.attachmentId === 'string';
    case 'json':
      return isJson(part.value);
    default:
      return false;
  }
}

function isJson(value: JsonValue): boolean {
  if (isDeeperThan(value, maxJsonDepth)) return false;
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
