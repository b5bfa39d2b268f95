import type {
  AssistantMessage,
  ContentPart,
  Message,
  ToolMessage,
  ToolResultPart,
} from '@dispatch/kernel';

/** How a message is to be written; fixed for one cache of encoded messages. */
export interface EncodeMessageOptions {
  /** Reasoning goes back with messages that made tool calls. */
  readonly sendReasoning: boolean;
}

type ImagePart = Extract<ContentPart, { type: 'image' }>;

/**
 * A message in the words of chat completions: zero or more objects, as JSON, with commas between
 * them. A step's tool results are one message here and several there. Pure.
 */
export function encodeMessage(message: Message, options: EncodeMessageOptions): string {
  return messagesOf(message, options)
    .map((one) => JSON.stringify(one))
    .join(',');
}

function messagesOf(message: Message, options: EncodeMessageOptions): readonly object[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userContent(message.content) }];
    case 'assistant':
      return assistantMessages(message, options);
    case 'tool':
      return toolMessages(message);
  }
}

/** A plain text wherever it can be: many servers take nothing else. */
function userContent(parts: readonly ContentPart[]): string | readonly object[] {
  if (!parts.some(({ type }) => type === 'image')) return parts.map(wordsOf).join('\n');
  return parts.map((part) =>
    part.type === 'image' ? imagePart(part) : { type: 'text', text: wordsOf(part) },
  );
}

function assistantMessages(
  { content }: AssistantMessage,
  { sendReasoning }: EncodeMessageOptions,
): readonly object[] {
  let text = '';
  let reasoning = '';
  const calls: object[] = [];
  for (const part of content) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'reasoning') reasoning += part.text;
    else {
      const called = { name: part.name, arguments: JSON.stringify(part.input) };
      calls.push({ id: part.callId, type: 'function', function: called });
    }
  }
  if (calls.length === 0) return text === '' ? [] : [{ role: 'assistant', content: text }];
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      // There even where it is empty: a server that asks for it refuses messages without it.
      ...(sendReasoning ? { reasoning_content: reasoning } : {}),
      tool_calls: calls,
    },
  ];
}

/** Tool messages hold text alone on most servers, so images follow in a user's message. */
function toolMessages({ content }: ToolMessage): readonly object[] {
  const images: { readonly callId: string; readonly image: ImagePart }[] = [];
  const results = content.map((result) => {
    const words = result.content.map((part) => {
      if (part.type !== 'image') return wordsOf(part);
      images.push({ callId: result.callId, image: part });
      return `[image ${images.length} (${part.mediaType}) follows in the next message]`;
    });
    return toolMessage(result, words);
  });
  if (images.length === 0) return results;
  const shown = images.flatMap(({ callId, image }, index) => [
    { type: 'text', text: `Image ${index + 1}, of the tool call ${callId}:` },
    imagePart(image),
  ]);
  return [...results, { role: 'user', content: shown }];
}

/** Some servers refuse a content that is empty. */
function toolMessage({ callId }: ToolResultPart, words: readonly string[]): object {
  const text = words.join('\n');
  return { role: 'tool', tool_call_id: callId, content: text === '' ? '(no output)' : text };
}

function imagePart({ mediaType, data }: ImagePart): object {
  return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${data}` } };
}

function wordsOf(part: ContentPart): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'json':
      return JSON.stringify(part.value);
    case 'image':
      return `[image (${part.mediaType})]`;
    case 'attachment':
      return `[attachment ${part.attachmentId}, which is not shown]`;
  }
}
