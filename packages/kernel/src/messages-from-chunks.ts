import type { RoledChunk } from './chunk.ts';
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
  for (let start = 0; start < chunks.length; ) {
    const key = groupKey(chunks[start]);
    let end = start + 1;
    while (end < chunks.length && groupKey(chunks[end]) === key) end += 1;
    appendGroup(messages, chunks.slice(start, end));
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

/** Chunks of one message have one key: the role, and for a model's own the step. */
function groupKey(roled: RoledChunk | undefined): string {
  if (roled === undefined) return '';
  const { role, chunk } = roled;
  if (role === 'user') return role;
  return 'stepId' in chunk ? `${role} ${chunk.stepId}` : `${role} ${chunk.type}`;
}

function appendGroup(messages: Message[], group: readonly RoledChunk[]): void {
  const role = group[0]?.role;
  if (role === 'user') {
    appendUserContent(messages, group.flatMap(userParts));
  } else if (role === 'assistant') {
    const content = group.flatMap(assistantParts);
    if (content.length > 0) messages.push({ role, content });
  } else if (role === 'tool') {
    const content = group.flatMap(resultParts);
    if (content.length > 0) messages.push({ role, content });
  }
}

function userParts({ chunk }: RoledChunk): ContentPart[] {
  if (chunk.type === 'text') return [{ type: 'text', text: chunk.text }];
  if (chunk.type === 'attachment')
    return [{ type: 'attachment', attachmentId: chunk.attachmentId }];
  return [];
}

function assistantParts({ chunk }: RoledChunk): AssistantPart[] {
  switch (chunk.type) {
    case 'text':
      return [{ type: 'text', text: chunk.text }];
    case 'reasoning':
      return [
        chunk.providerData === undefined
          ? { type: 'reasoning', text: chunk.text }
          : { type: 'reasoning', text: chunk.text, providerData: chunk.providerData },
      ];
    case 'tool-call':
      return [{ type: 'tool-call', callId: chunk.callId, name: chunk.name, input: chunk.input }];
    default:
      return [];
  }
}

function resultParts({ chunk }: RoledChunk): ToolResultPart[] {
  if (chunk.type !== 'tool-result') return [];
  const { callId, name, content, isError } = chunk;
  return [{ callId, name, content, isError }];
}
