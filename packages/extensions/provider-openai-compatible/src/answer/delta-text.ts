import { isRecord, type JsonRecord, textField } from '../json-shape.ts';

export interface SpokenDelta {
  readonly text: string;
  readonly reasoning: string;
}

/**
 * What a delta or a whole message says. Content may be a text or a list of parts, some of which
 * are thoughts; a refusal is text; reasoning goes by two names, and by both at once means it once.
 */
export function spokenBy(delta: JsonRecord): SpokenDelta {
  const { text, reasoning } = contentOf(delta.content);
  const thought = textField(delta, 'reasoning_content') ?? textField(delta, 'reasoning') ?? '';
  const refusal = textField(delta, 'refusal') ?? '';
  return { text: text + refusal, reasoning: thought + reasoning };
}

function contentOf(content: unknown): SpokenDelta {
  if (typeof content === 'string') return { text: content, reasoning: '' };
  let text = '';
  let reasoning = '';
  for (const part of Array.isArray(content) ? content : []) {
    if (typeof part === 'string') text += part;
    if (!isRecord(part)) continue;
    if (part.type === 'text') text += textField(part, 'text') ?? '';
    else if (part.type === 'thinking') reasoning += thinkingOf(part.thinking);
  }
  return { text, reasoning };
}

function thinkingOf(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking;
  return contentOf(thinking).text;
}
