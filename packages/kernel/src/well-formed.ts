import type { ContentPart } from './content.ts';
import type { JsonValue } from './json.ts';

/**
 * Pieces of a text as they come, none of which ends inside a surrogate pair: a high surrogate at the
 * end is held back until its other half is there. A lone surrogate becomes U+FFFD (WIRE.md section 2).
 */
export class WellFormedText {
  #held = '';

  push(delta: string): string {
    let text = this.#held === '' ? delta : this.#held + delta;
    this.#held = '';
    const last = text.charCodeAt(text.length - 1);
    if (last >= 0xd800 && last < 0xdc00) {
      this.#held = text.slice(-1);
      text = text.slice(0, -1);
    }
    return text.isWellFormed() ? text : text.toWellFormed();
  }

  /** What was held back: its other half did not come. */
  flush(): string {
    const rest = this.#held === '' ? '' : '\ufffd';
    this.#held = '';
    return rest;
  }
}

/** The value with every lone surrogate replaced, in keys too. The same object where there is none. */
export function wellFormedJson(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (value === null || typeof value !== 'object') return value;
  const text = JSON.stringify(value);
  // `JSON.stringify` writes a lone surrogate as an escape, and nothing else as one of this range.
  if (!/\\ud[89a-f]/.test(text)) return value;
  return clean(value);
}

function clean(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(clean);
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key.toWellFormed(), clean(field)]),
  );
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A part of a result with its texts well-formed and passed through `change`. */
export function mapTexts(part: ContentPart, change: (text: string) => string): ContentPart {
  if (part.type === 'text') {
    const text = change(part.text.toWellFormed());
    return text === part.text ? part : { type: 'text', text };
  }
  if (part.type !== 'json') return part;
  const before = JSON.stringify(part.value) ?? 'null';
  const after = change(before);
  // A change that breaks the JSON leaves its text: nothing that had to go may stay for form's sake.
  if (after === before) return { type: 'json', value: wellFormedJson(part.value) };
  try {
    return { type: 'json', value: wellFormedJson(JSON.parse(after)) };
  } catch {
    return { type: 'text', text: after.toWellFormed() };
  }
}
