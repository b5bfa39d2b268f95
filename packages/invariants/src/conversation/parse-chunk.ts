import { type Chunk, checkInput, chunk as chunkSchema } from '@dispatch/wire';

/** A chunk read from its JSON text, or the sentence that says what is wrong with it. */
export type ParsedChunk =
  | { readonly ok: true; readonly chunk: Chunk }
  | { readonly ok: false; readonly problem: string };

/** Never throws. */
export function parseChunk(json: string): ParsedChunk {
  const value = parseJson(json);
  if (!value.ok) return value;
  const checked = checkInput(chunkSchema, value.value);
  return checked.ok ? { ok: true, chunk: checked.value } : { ok: false, problem: checked.message };
}

/**
 * Reads as `parseChunk` does, each text once: for who looks at a conversation again and again. Keeps
 * what it has read for as long as it is kept itself.
 */
export function chunkReader(): (json: string) => ParsedChunk {
  const known = new Map<string, ParsedChunk>();
  return (json) => {
    const before = known.get(json);
    if (before !== undefined) return before;
    const parsed = parseChunk(json);
    known.set(json, parsed);
    return parsed;
  };
}

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** JSON whose strings are all well-formed Unicode (WIRE.md section 2). Never throws. */
export function parseJson(json: string): ParsedJson {
  let isWellFormed = json.isWellFormed();
  try {
    // Only an escape can make a lone surrogate out of a well-formed text, and few texts have one.
    const value: unknown = surrogateEscape.test(json)
      ? JSON.parse(json, (key, inner: unknown) => {
          if (!key.isWellFormed()) isWellFormed = false;
          if (typeof inner === 'string' && !inner.isWellFormed()) isWellFormed = false;
          return inner;
        })
      : JSON.parse(json);
    if (isWellFormed) return { ok: true, value };
    return { ok: false, problem: 'It holds a lone surrogate.' };
  } catch {
    return { ok: false, problem: 'It is not JSON.' };
  }
}

const surrogateEscape = /\\ud[89a-f]/i;
