import type { Span } from './editable-text.ts';
import { findPlaces } from './find-places.ts';
import type { Edit } from './input.ts';

/** What to replace, or why nothing is. */
export type Planned =
  | { readonly ok: true; readonly spans: readonly Span[]; readonly note?: string }
  /** Tells the model what is wrong and what to do instead. */
  | { readonly ok: false; readonly message: string };

/** All edits, or none: each is looked for in the text as it is, and none may touch another. Pure. */
export function planEdits(text: string, edits: readonly Edit[]): Planned {
  const placed: { readonly span: Span; readonly index: number }[] = [];
  const misses: string[] = [];
  let isTolerant = false;
  for (const [index, edit] of edits.entries()) {
    const found = findPlaces(text, edit);
    const which = edits.length === 1 ? '' : `edits[${index}]: `;
    if (found.ok) {
      isTolerant ||= found.isTolerant;
      placed.push(...found.spans.map((span) => ({ span, index })));
    } else misses.push(`${which}${found.message}`);
  }
  if (misses.length > 0) return { ok: false, message: misses.join('\n') };
  placed.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  for (const [at, { span, index }] of placed.entries()) {
    const next = placed[at + 1];
    if (next !== undefined && next.span.start < span.end) {
      return {
        ok: false,
        message: `edits[${index}] and edits[${next.index}] change the same text: make one edit of them.`,
      };
    }
  }
  const spans = placed.map(({ span }) => span);
  if (!isTolerant) return { ok: true, spans };
  const note =
    'Indentation or space at line ends was not as in `old`: the new text follows the file.';
  return { ok: true, spans, note };
}
