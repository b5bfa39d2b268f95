import { lineAt, type Span, unixLines } from './editable-text.ts';
import type { Edit } from './input.ts';
import { describeNearest } from './nearest-lines.ts';
import { findByLines } from './tolerant-match.ts';

export type Found =
  | {
      readonly ok: true;
      readonly spans: readonly Span[];
      /** No place had exactly this text: indentation or space at line ends differed. */
      readonly isTolerant: boolean;
    }
  | { readonly ok: false; readonly message: string };

const maxNamedPlaces = 10;
/** Far more than a model means by `all`. */
const maxPlaces = 100_000;

/**
 * Where an edit applies: exactly where its text stands; only where it stands nowhere, line by line
 * without regard to indentation and to space at line ends. More than one place, even if they lie in
 * one another, is refused unless all are meant. Pure.
 */
export function findPlaces(text: string, edit: Edit): Found {
  const old = unixLines(edit.old);
  const young = unixLines(edit.new);
  const isApart = edit.all === true;
  const most = isApart ? maxPlaces : maxNamedPlaces + 1;
  const exact = findExactly(text, old, most, isApart);
  if (exact.length > 0) {
    if (exact.length > 1 && !isApart) return ambiguous(text, exact, '');
    const spans = exact.map((start) => ({ start, end: start + old.length, text: young }));
    return { ok: true, spans, isTolerant: false };
  }
  const matches = findByLines(text, { old, young }, { most, isApart });
  if (matches.length === 0) return { ok: false, message: describeMiss(text, old, young) };
  if (matches.length > 1 && !isApart) {
    const starts = matches.map(({ start }) => start);
    return ambiguous(text, starts, ', but for indentation or space at line ends');
  }
  const spans: Span[] = [];
  for (const { start, span } of matches) {
    if (span === undefined) {
      return {
        ok: false,
        message: `The lines of \`old\` stand at line ${lineAt(text, start)}, but indented otherwise from line to line. ${describeNearest(text, old)}`,
      };
    }
    spans.push(span);
  }
  return { ok: true, spans, isTolerant: true };
}

function ambiguous(text: string, starts: readonly number[], how: string): Found {
  const lines = starts.slice(0, maxNamedPlaces).map((start) => lineAt(text, start));
  const count = starts.length > maxNamedPlaces ? `more than ${maxNamedPlaces}` : starts.length;
  return {
    ok: false,
    message: `\`old\` stands in ${count} places${how} (lines ${[...new Set(lines)].join(', ')}). Add lines around it until it is only one, or say all: true.`,
  };
}

function findExactly(text: string, old: string, most: number, isApart: boolean): number[] {
  const starts: number[] = [];
  const step = isApart ? old.length : 1;
  for (let at = text.indexOf(old); at >= 0 && starts.length < most; ) {
    starts.push(at);
    at = text.indexOf(old, at + step);
  }
  return starts;
}

function describeMiss(text: string, old: string, young: string): string {
  const done = young.trim() === '' ? -1 : text.indexOf(young);
  if (done >= 0) {
    return `\`old\` is not in the file, but \`new\` is, at line ${lineAt(text, done)}: the edit seems to have been made already.`;
  }
  return `\`old\` is not in the file. ${describeNearest(text, old)}`;
}
