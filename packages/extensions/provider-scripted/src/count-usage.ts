import type { Message, ModelRequest } from '@dispatch/kernel';

/** Characters to a token (HOST.md). */
const charactersPerToken = 4;

export function tokensOf(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

/** Unicode code points. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * Counts what a request says: the system prompt, messages' text and tool results' text; calls'
 * inputs do not count. A message is immutable and comes again with every step: it is counted once.
 */
export function createInputCounter(): (request: ModelRequest) => number {
  const counted = new WeakMap<Message, number>();
  return ({ system = '', messages }) => {
    let count = countCharacters(system);
    for (const message of messages) {
      let own = counted.get(message);
      if (own === undefined) {
        own = countMessage(message);
        counted.set(message, own);
      }
      count += own;
    }
    return count;
  };
}

function countMessage(message: Message): number {
  const parts =
    message.role === 'tool' ? message.content.flatMap(({ content }) => content) : message.content;
  let count = 0;
  for (const part of parts) if (part.type === 'text') count += countCharacters(part.text);
  return count;
}
