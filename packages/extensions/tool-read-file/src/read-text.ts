import { isUtf8 } from 'node:buffer';
import type { ConversationFiles, FileStat } from '@dispatch/contracts';
import { type ContentPart, errorResult, type ToolResult } from '@dispatch/kernel';
import type { ReadFileInput } from './input.ts';
import { type LineRange, type ReadBytes, readLineRange } from './line-range.ts';

export interface TextRequest {
  readonly path: string;
  readonly stat: FileStat;
  /** All of it, where that was read. */
  readonly whole: Buffer | undefined;
  readonly input: ReadFileInput;
  readonly signal: AbortSignal;
  readonly limits: { readonly lines: number; readonly textBytes: number };
}

/** A range of a text file, with what there is to say of it. Of a larger file no more than that is held. */
export async function readText(
  view: ConversationFiles,
  { path, stat, whole, input, signal, limits }: TextRequest,
): Promise<ToolResult> {
  const { computer } = view;
  const read: ReadBytes =
    whole === undefined
      ? (offset, length) => computer.readFile(path, { offset, length })
      : async (offset, length) => whole.subarray(offset, offset + length);
  const { offset = 1, limit = limits.lines, byteOffset } = input;
  const range = await readLineRange(
    read,
    {
      firstLine: offset,
      maxLines: Math.min(limit, limits.lines),
      maxBytes: limits.textBytes,
      ...(byteOffset === undefined ? {} : { startByte: byteOffset }),
    },
    signal,
  );
  const text = whole !== undefined && isUtf8(whole) ? whole.toString('utf8') : undefined;
  view.noteRead(path, stat, text);
  if (range.totalLines !== undefined && range.totalLines > 0) {
    return errorResult(`${input.path} has ${range.totalLines} lines: there is no line ${offset}.`);
  }
  return present(range, input, whole?.length ?? stat.size);
}

/** Pure. */
function present(
  range: LineRange,
  { offset = 1, byteOffset }: ReadFileInput,
  size: number,
): ToolResult {
  const notes: string[] = [];
  if (range.bytes.length === 0) {
    notes.push(size === 0 ? 'The file is empty.' : 'The file ends before this place.');
  }
  if (!isUtf8(range.bytes)) notes.push('Some bytes are not valid UTF-8; each stands as \ufffd.');
  if (offset > 1 && range.lines > 0) {
    notes.push(`These are lines ${offset} to ${offset + range.lines - 1}.`);
  }
  if (range.cutAt !== undefined) {
    notes.push(
      `A line goes on behind this place: read on with byteOffset ${range.cutAt} (the file has ${size} bytes).`,
    );
  } else if (!range.isEnd) {
    const next =
      byteOffset === undefined
        ? `offset ${offset + range.lines}`
        : `byteOffset ${byteOffset + range.bytes.length}`;
    notes.push(`There is more: read on with ${next} (the file has ${size} bytes).`);
  }
  const content: ContentPart[] = [];
  // The text stays a part of its own, byte for byte what the file holds.
  if (range.bytes.length > 0) content.push({ type: 'text', text: range.bytes.toString('utf8') });
  if (notes.length > 0) content.push({ type: 'text', text: `[${notes.join(' ')}]` });
  return { content };
}
