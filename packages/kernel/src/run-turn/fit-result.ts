import type { ContentPart } from '../content.ts';
import type { Tool } from '../tool.ts';
import { mapTexts } from '../well-formed.ts';
import type { Call, CallEnd } from './call.ts';
import { capContent, isTooLarge } from './cap-result.ts';
import { readResult } from './read-result.ts';
import { describeError, type Turn } from './turn.ts';
import { leftBehind, withinGrace } from './within-grace.ts';

/** The one way that every result takes before it is told: hooks, secrets, size. */
export async function fitResult(turn: Turn, call: Call, end: CallEnd): Promise<CallEnd> {
  const { tool } = call;
  const hooked =
    tool === undefined || turn.options.hooks === undefined || turn.abort.isOver
      ? end
      : await askHooks(turn, call, tool, end);
  const { host } = turn.options;
  const content = hooked.content.map((part) => mapTexts(part, (text) => turn.redacted(text)));
  const maxBytes = turn.limits.toolResultBytes;
  if (!isTooLarge(content, maxBytes)) return { ...hooked, content };
  const handle = host?.keepFullResult === undefined ? undefined : await keep(turn, call, content);
  return { ...hooked, content: capContent(content, maxBytes, handle) };
}

async function askHooks(turn: Turn, call: Call, tool: Tool, end: CallEnd): Promise<CallEnd> {
  let current = end;
  for (const hook of turn.options.hooks ?? []) {
    if (hook.afterToolResult === undefined) continue;
    const view = turn.viewCall(call.chunk, tool, call.chunk.input);
    const { content, isError } = current;
    try {
      const answer = await withinGrace(turn, hook.afterToolResult(view, { content, isError }));
      if (answer === leftBehind) return current;
      if (answer === undefined) continue;
      current = { ...current, ...readResult(answer) };
      call.resultChangedBy = hook.name;
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
  const { host, logger } = turn.options;
  try {
    const handle = await withinGrace(turn, host?.keepFullResult?.(call.chunk.callId, content));
    return handle === leftBehind ? undefined : handle;
  } catch (error) {
    const attributes = { callId: call.chunk.callId, error: turn.redacted(describeError(error)) };
    logger.warn('a large result could not be kept', attributes, turn.span.context);
    return undefined;
  }
}
