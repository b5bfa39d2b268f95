import { lineAt, type Span } from './editable-text.ts';

const maxNamed = 20;

/** What the model is told of an edit that was made: where, in the numbers of the new text. Pure. */
export function describeChange(
  shown: string,
  text: string,
  spans: readonly Span[],
  note: string | undefined,
): string {
  const changed = spans.filter(({ start, end, text: young }) => text.slice(start, end) !== young);
  if (changed.length === 0) return `${shown} is as it was: the replacement is what was there.`;
  let moved = 0;
  const lines: string[] = [];
  for (const { start, end, text: young } of changed.slice(0, maxNamed)) {
    const first = lineAt(text, start) + moved;
    const added = young.split('\n').length - 1 - (young.endsWith('\n') ? 1 : 0);
    lines.push(added > 0 ? `${first}-${first + added}` : String(first));
    moved += young.split('\n').length - text.slice(start, end).split('\n').length;
  }
  const more = changed.length > lines.length ? ', …' : '';
  const places = changed.length === 1 ? '1 place' : `${changed.length} places`;
  const said = `Edited ${shown} in ${places}, now line${lines.length === 1 && !lines[0]?.includes('-') ? '' : 's'} ${lines.join(', ')}${more}.`;
  return note === undefined ? said : `${said} ${note}`;
}
