import type { Chunk, Role, RoledChunk } from './chunk.ts';
import type { ContentPart } from './content.ts';
import type { AssistantPart, Message, ToolResultPart } from './message.ts';

/**
 * What the model is sent for committed chunks: the one way from history to messages, taken by a
 * running turn as by a restored one, so that both send the same bytes (KERNEL.md rule 12).
 *
 * Neighbouring chunks of a user make one message, a step's response one, its results one. Errors
 * are not sent.
 */
export function messagesFromChunks(chunks: readonly RoledChunk[]): Message[] {
  const messages: Message[] = [];
  appendChunks(messages, chunks);
  return messages;
}

/** Appends the messages of further chunks. Only a user's last message can be replaced by a longer one. */
export function appendChunks(messages: Message[], chunks: readonly RoledChunk[]): void {
  let start = 0;
  for (let end = 1; end <= chunks.length; end += 1) {
    const first = chunks[start];
    const next = chunks[end];
    if (first === undefined || (next !== undefined && belongTogether(first, next))) continue;
    appendGroup(messages, first.role, chunks, start, end);
    start = end;
  }
}

/** Appends what a user says: to the last message where that is a user's, too. */
export function appendUserContent(messages: Message[], content: readonly ContentPart[]): void {
  if (content.length === 0) return;
  const last = messages.at(-1);
  if (last?.role === 'user') {
    messages[messages.length - 1] = { role: 'user', content: [...last.content, ...content] };
  } else {
    messages.push({ role: 'user', content });
  }
}

/** Chunks of one message have one role, and for a model's own one step. */
function belongTogether(a: RoledChunk, b: RoledChunk): boolean {
  if (a.role !== b.role) return false;
  return a.role === 'user' || stepOf(a) === stepOf(b);
}

function stepOf({ chunk }: RoledChunk): string | undefined {
  return 'stepId' in chunk ? chunk.stepId : undefined;
}

/** The chunks from `start` up to `end`, as one message; none where nothing of them is sent. */
function appendGroup(
  messages: Message[],
  role: Role,
  chunks: readonly RoledChunk[],
  start: number,
  end: number,
): void {
  if (role === 'user') {
    appendUserContent(messages, collect(chunks, start, end, userPart));
  } else if (role === 'assistant') {
    const content = collect(chunks, start, end, assistantPart);
    if (content.length > 0) messages.push({ role, content });
  } else {
    const content = collect(chunks, start, end, resultPart);
    if (content.length > 0) messages.push({ role, content });
  }
}

function collect<Part>(
  chunks: readonly RoledChunk[],
  start: number,
  end: number,
  partOf: (chunk: Chunk) => Part | undefined,
): Part[] {
  const parts: Part[] = [];
  for (let index = start; index < end; index += 1) {
    const roled = chunks[index];
    const part = roled === undefined ? undefined : partOf(roled.chunk);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

function userPart(chunk: Chunk): ContentPart | undefined {
  if (chunk.type === 'text') return { type: 'text', text: chunk.text };
  return chunk.type === 'attachment'
    ? { type: 'attachment', attachmentId: chunk.attachmentId }
    : undefined;
}

function assistantPart(chunk: Chunk): AssistantPart | undefined {
  switch (chunk.type) {
    case 'text':
      return { type: 'text', text: chunk.text };
    case 'reasoning':
      return chunk.providerData === undefined
        ? { type: 'reasoning', text: chunk.text }
        : { type: 'reasoning', text: chunk.text, providerData: chunk.providerData };
    case 'tool-call':
      return { type: 'tool-call', callId: chunk.callId, name: chunk.name, input: chunk.input };
    default:
      return undefined;
  }
}

function resultPart(chunk: Chunk): ToolResultPart | undefined {
  if (chunk.type !== 'tool-result') return undefined;
  const { callId, name, content, isError } = chunk;
  return { callId, name, content, isError };
}
