import { printablePath } from '@dispatch/file-search';
import { errorResult, type ToolResult } from '@dispatch/kernel';

export interface GlobReport {
  /** The first ones, as they are shown. */
  readonly paths: readonly string[];
  /** How many fit in all. */
  readonly count: number;
  readonly unreadable: readonly string[];
  /** Not all was looked at. */
  readonly isCut: boolean;
  readonly failure: string | undefined;
}

/** Of the text, whatever the limit. */
const maxBytes = 64 * 1024;

/** One path a line, then a part in brackets that says what is missing and how to get it. Pure. */
export function report({ paths, count, unreadable, isCut, failure }: GlobReport): ToolResult {
  if (failure !== undefined) return errorResult(failure);
  const lines: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const line = printablePath(path);
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > maxBytes) break;
    lines.push(line);
  }
  const notes: string[] = [];
  if (count === 0) {
    notes.push('No file fits. Ignored files are left out unless includeIgnored is true.');
  } else if (lines.length < count) {
    notes.push(
      `The first ${lines.length} of ${isCut ? 'at least ' : ''}${count} files, by path. Narrow the pattern, name a folder as path, or exclude some.`,
    );
  }
  if (isCut) notes.push('Not all was looked at: it took too long. Name a folder as path.');
  if (unreadable.length > 0) {
    notes.push(`Could not be read: ${unreadable.map(printablePath).join(', ')}.`);
  }
  const content: { readonly type: 'text'; readonly text: string }[] = [];
  if (lines.length > 0) content.push({ type: 'text', text: `${lines.join('\n')}\n` });
  if (notes.length > 0) content.push({ type: 'text', text: `[${notes.join(' ')}]` });
  return { content };
}
