import { printablePath } from '@dispatch/file-search';
import { type ContentPart, errorResult, type ToolResult } from '@dispatch/kernel';

/** A line as it is shown. */
export interface ShownLine {
  readonly path: string;
  readonly number: number;
  readonly isMatch: boolean;
  readonly text: string;
  readonly bytes: number;
}

export interface GrepReport {
  readonly output: 'content' | 'files' | 'count';
  /** The first files that match, by path. */
  readonly files: readonly { readonly path: string; readonly count: number }[];
  /** How many match in all. */
  readonly fileCount: number;
  /** Of the first of these files. */
  readonly lines: readonly ShownLine[];
  /** There are more lines than those. */
  readonly hasMoreLines: boolean;
  readonly unreadable: readonly string[];
  /** Not all was looked at. */
  readonly isCut: boolean;
  readonly failure: string | undefined;
}

/** Of the text, whatever the limit. */
const maxTextBytes = 64 * 1024;

const howToNarrow = 'Narrow with path, glob, exclude or a longer pattern, or raise limit.';

/** What was found, then a part in brackets that says what is missing and how to get it. Pure. */
export function report(found: GrepReport): ToolResult {
  if (found.failure !== undefined) return errorResult(found.failure);
  const { text, shown } = found.output === 'content' ? showLines(found.lines) : showFiles(found);
  const notes = [...countNotes(found, shown), ...otherNotes(found)];
  const content: ContentPart[] = [];
  if (text !== '') content.push({ type: 'text', text });
  if (notes.length > 0) content.push({ type: 'text', text: `[${notes.join(' ')}]` });
  return { content };
}

interface Shown {
  readonly text: string;
  /** Files, or lines that match. */
  readonly shown: number;
}

function showFiles({ files, output }: GrepReport): Shown {
  const lines = files.map(({ path, count }) =>
    output === 'count' ? `${printablePath(path)}: ${count}` : printablePath(path),
  );
  return take(lines.map((text) => ({ text, isCounted: true })));
}

/** The lines of a file under its path; `--` where lines are left out between them. */
function showLines(lines: readonly ShownLine[]): Shown {
  const hasContext = lines.some(({ isMatch }) => !isMatch);
  let last: ShownLine | undefined;
  const parts = lines.flatMap((line) => {
    const isNewFile = line.path !== last?.path;
    const isApart = hasContext && !isNewFile && line.number > (last?.number ?? 0) + 1;
    const head = isNewFile
      ? [...(last === undefined ? [] : ['']), printablePath(line.path)]
      : isApart
        ? ['--']
        : [];
    last = line;
    return [
      ...head.map((text) => ({ text, isCounted: false })),
      { text: showLine(line), isCounted: line.isMatch },
    ];
  });
  return take(parts);
}

function showLine({ number, isMatch, text, bytes }: ShownLine): string {
  const cut = Buffer.byteLength(text) < bytes - 1 ? `… [a line of ${bytes} bytes]` : '';
  return `${number}${isMatch ? ':' : '-'}${text}${cut}`;
}

function take(parts: readonly { readonly text: string; readonly isCounted: boolean }[]): Shown {
  let bytes = 0;
  let shown = 0;
  const lines: string[] = [];
  for (const { text, isCounted } of parts) {
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > maxTextBytes) break;
    lines.push(text);
    if (isCounted) shown += 1;
  }
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}\n`, shown };
}

function countNotes(found: GrepReport, shown: number): readonly string[] {
  const { output, fileCount, isCut } = found;
  if (fileCount === 0) {
    return ['Nothing matches. Ignored files are left out unless includeIgnored is true.'];
  }
  const all = `${isCut ? 'at least ' : ''}${fileCount} files that match`;
  if (output !== 'content') {
    return shown < fileCount ? [`The first ${shown} of ${all}, by path. ${howToNarrow}`] : [];
  }
  const matches = found.lines.filter(({ isMatch }) => isMatch).length;
  if (shown === matches && !found.hasMoreLines) return [];
  return [`The first ${shown} lines that match, by path; there are ${all}. ${howToNarrow}`];
}

function otherNotes({ isCut, unreadable }: GrepReport): readonly string[] {
  const notes: string[] = [];
  if (isCut) notes.push('Not all was searched: it took too long. Name a folder as path.');
  if (unreadable.length > 0) {
    notes.push(`Could not be read: ${unreadable.map(printablePath).join(', ')}.`);
  }
  return notes;
}
