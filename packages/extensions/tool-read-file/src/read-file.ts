import { isUtf8 } from 'node:buffer';
import {
  type ContentPart,
  defineTool,
  errorResult,
  type Tool,
  type ToolContext,
  type ToolResult,
} from '@dispatch/kernel';
import { describeFolder, explainFailure, kindOf } from './explanation.ts';
import { parseInput, type ReadFileInput, readFileSchema } from './input.ts';
import { readLineRange } from './line-range.ts';
import { type Sniffed, sniff, sniffBytes } from './media-type.ts';
import { failureOf, type OpenedFile, openInside } from './opened-file.ts';

/** Lines and bytes of text that one call returns, and bytes of an image. */
export const readLimits = { lines: 2000, textBytes: 64 * 1024, imageBytes: 5 * 1024 * 1024 };

/** Makes the tool `read_file`: text by ranges of lines, images as images, inside the working folder. */
export function createReadFileTool(): Tool {
  return defineTool<ReadFileInput>({
    name: 'read_file',
    description: `Reads a file in the working folder. Text comes as it is, at most ${readLimits.lines} lines or ${readLimits.textBytes / 1024} KiB a call; a last line in brackets then says how to read on. PNG, JPEG, GIF and WebP files come as images.`,
    inputSchema: readFileSchema,
    effect: 'pure',
    parse: parseInput,
    run: readFile,
  });
}

async function readFile(input: ReadFileInput, context: ToolContext): Promise<ToolResult> {
  if (context.computerId !== undefined) {
    return errorResult(`This host can not read files on the computer ${context.computerId}.`);
  }
  if (context.cwd === undefined) {
    return errorResult('The conversation has no working folder: ask the user to give it a `cwd`.');
  }
  if (context.signal.aborted) return errorResult('Aborted before the file was read.');
  const outcome = await openInside(context.cwd, input.path);
  if (!outcome.ok) {
    const { failure, message } = outcome;
    return errorResult(failure === undefined ? message : await explainFailure(input.path, failure));
  }
  try {
    return await readOpened(outcome.file, input, context.signal);
  } catch (error) {
    if (context.signal.aborted) return errorResult('Aborted while the file was read.');
    return errorResult(await explainFailure(input.path, failureOf(error)));
  } finally {
    await outcome.file.handle.close();
  }
}

async function readOpened(
  file: OpenedFile,
  input: ReadFileInput,
  signal: AbortSignal,
): Promise<ToolResult> {
  const { handle, stats } = file;
  if (stats.isDirectory()) return errorResult(await describeFolder(input.path, file.path));
  if (!stats.isFile()) {
    return errorResult(`${input.path} is ${kindOf(stats)}, not a file: there is nothing to read.`);
  }
  const start = Buffer.alloc(sniffBytes);
  const { bytesRead } = await handle.read(start, 0, sniffBytes, 0);
  const found = sniff(start.subarray(0, bytesRead));
  if (found.kind === 'text') return readText(file, input, signal);
  if (found.kind === 'image') return readImage(file, input.path, found, signal);
  return errorResult(
    `${input.path} is no text: ${found.name}, ${stats.size} bytes. Nothing of it was read.`,
  );
}

async function readText(
  { handle, stats }: OpenedFile,
  input: ReadFileInput,
  signal: AbortSignal,
): Promise<ToolResult> {
  const { offset = 1, limit = readLimits.lines, byteOffset } = input;
  const range = await readLineRange(
    handle,
    {
      firstLine: offset,
      maxLines: Math.min(limit, readLimits.lines),
      maxBytes: readLimits.textBytes,
      ...(byteOffset === undefined ? {} : { startByte: byteOffset }),
    },
    signal,
  );
  if (range.totalLines !== undefined && range.totalLines > 0) {
    return errorResult(`${input.path} has ${range.totalLines} lines: there is no line ${offset}.`);
  }
  const notes: string[] = [];
  if (range.bytes.length === 0) {
    notes.push(stats.size === 0 ? 'The file is empty.' : 'The file ends before this place.');
  }
  if (!isUtf8(range.bytes)) notes.push('Some bytes are not valid UTF-8; each stands as \ufffd.');
  if (range.cutAt !== undefined) {
    notes.push(
      `A line goes on behind this place: read on with byteOffset ${range.cutAt} (the file has ${stats.size} bytes).`,
    );
  } else if (!range.isEnd) {
    const next =
      byteOffset === undefined
        ? `offset ${offset + range.lines}`
        : `byteOffset ${byteOffset + range.bytes.length}`;
    notes.push(`There is more: read on with ${next} (the file has ${stats.size} bytes).`);
  }
  const content: ContentPart[] = [];
  // The text stays a part of its own, byte for byte what the file holds.
  if (range.bytes.length > 0) content.push({ type: 'text', text: range.bytes.toString('utf8') });
  if (notes.length > 0) content.push({ type: 'text', text: `[${notes.join(' ')}]` });
  return { content };
}

async function readImage(
  { handle, stats }: OpenedFile,
  path: string,
  { mediaType }: Extract<Sniffed, { kind: 'image' }>,
  signal: AbortSignal,
): Promise<ToolResult> {
  if (stats.size > readLimits.imageBytes) {
    return errorResult(
      `${path} is an image (${mediaType}) of ${stats.size} bytes; at most ${readLimits.imageBytes} can be shown. Make it smaller first.`,
    );
  }
  const bytes = Buffer.alloc(stats.size);
  let filled = 0;
  while (filled < bytes.length) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  const data = bytes.subarray(0, filled).toString('base64');
  return { content: [{ type: 'image', mediaType, data }] };
}
