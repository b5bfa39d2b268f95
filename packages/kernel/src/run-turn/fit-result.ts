import type { ContentPart } from '../content.ts';
import type { Tool } from '../tool.ts';
import { mapTexts } from '../well-formed.ts';
import type { Call, CallEnd } from './call.ts';
import { capContent, isTooLarge } from './cap-result.ts';
import { describeError, type Turn } from './turn.ts';

/** The one way that every result takes before it is told: hooks, secrets, size. Never rejects. */
export async function fitResult(turn: Turn, call: Call, end: CallEnd): Promise<CallEnd> {
  const hooked =
    call.tool === undefined || turn.abort.isAborted
      ? end
      : await askHooks(turn, call, call.tool, end);
  const redact = turn.options.redactor;
  const content = hooked.content.map((part) =>
    mapTexts(part, (text) => redact?.redact(text) ?? text),
  );
  const maxBytes = turn.limits.toolResultBytes;
  if (!isTooLarge(content, maxBytes)) return { ...hooked, content };
  const handle = await keep(turn, call, content);
  return { ...hooked, content: capContent(content, maxBytes, handle) };
}

async function askHooks(turn: Turn, call: Call, tool: Tool, end: CallEnd): Promise<CallEnd> {
  let current = end;
  for (const hook of turn.options.hooks ?? []) {
    if (hook.afterToolResult === undefined) continue;
    const { stepId, callId, input } = call.chunk;
    const { content, isError } = current;
    try {
      const replaced = await hook.afterToolResult(turn.viewCall(stepId, callId, tool, input), {
        content,
        isError,
      });
      if (replaced === undefined) continue;
      current = { ...current, content: replaced.content, isError: replaced.isError ?? false };
    } catch (error) {
      turn.warn('a hook failed after a call', error, hook.name);
    }
  }
  return current;
}

async function keep(
  turn: Turn,
  call: Call,
  content: readonly ContentPart[],
): Promise<string | undefined> {
  try {
    return await turn.options.host?.keepFullResult?.(call.chunk.callId, content);
  } catch (error) {
    const { logger } = turn.options;
    const attributes = { callId: call.chunk.callId, error: describeError(error) };
    logger.warn('a large result could not be kept', attributes, turn.span.context);
    return undefined;
  }
}
