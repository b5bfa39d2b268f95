import { posix } from 'node:path';
import {
  asFileError,
  type Computer,
  type ConversationFiles,
  defineFileTool,
  type FileStat,
  type Files,
} from '@dispatch/contracts';
import { errorResult, type Tool, type ToolContext, type ToolResult } from '@dispatch/kernel';
import { parseInput, type ReadFileInput, readFileSchema } from './input.ts';
import { type Sniffed, sniff, sniffBytes } from './media-type.ts';
import { nearestNames } from './nearest-names.ts';
import { readText } from './read-text.ts';

/** Lines and bytes of text that one call returns, and bytes of an image. */
export const readLimits = { lines: 2000, textBytes: 64 * 1024, imageBytes: 5 * 1024 * 1024 };

/** A file up to here is read at once: then it is known whole, and what changes in it can be said. */
const wholeBytes = 1024 * 1024;

/** Names of a folder that are looked at for one like the missing one. */
const maxNames = 1000;

/** Makes the tool `read_file`: text by ranges of lines, images as images. */
export function createReadFileTool(files: Files): Tool {
  return defineFileTool<ReadFileInput>(files, {
    name: 'read_file',
    description: `Reads a file in the working folder. Text comes as it is, at most ${readLimits.lines} lines or ${readLimits.textBytes / 1024} KiB a call; a last line in brackets then says how to read on. PNG, JPEG, GIF and WebP files come as images.`,
    inputSchema: readFileSchema,
    effect: 'pure',
    parse: parseInput,
    run: readFile,
  });
}

async function readFile(
  view: ConversationFiles,
  input: ReadFileInput,
  { signal }: ToolContext,
): Promise<ToolResult> {
  const found = await find(view, input.path);
  if (typeof found !== 'string') return errorResult(found.message);
  return readFound(view, found, input, signal);
}

/** The real path, or why there is none: with the names nearest to it where nothing is there. */
async function find(
  view: ConversationFiles,
  path: string,
): Promise<string | { readonly message: string }> {
  try {
    return await view.resolve(path, 'read');
  } catch (error) {
    const failure = asFileError(error, path);
    if (failure.code !== 'path-not-found') throw failure;
    return { message: `${failure.message}${await suggest(view, path)}` };
  }
}

async function suggest(view: ConversationFiles, path: string): Promise<string> {
  try {
    const folder = await view.resolve(posix.dirname(path), 'read');
    const { entries } = await view.computer.readFolder(folder, maxNames);
    const names = entries.map(({ name }) => name);
    const near = nearestNames(posix.basename(path), names.sort());
    return near.length === 0 ? '' : ` Names near it: ${near.join(', ')}.`;
  } catch (error) {
    if (asFileError(error, path).code === 'path-not-found')
      return ' Its folder does not exist either.';
    throw error;
  }
}

async function readFound(
  view: ConversationFiles,
  path: string,
  input: ReadFileInput,
  signal: AbortSignal,
): Promise<ToolResult> {
  const { computer } = view;
  const stat = await computer.stat(path);
  if (stat.kind === 'folder') {
    return errorResult(`${input.path} is a folder, not a file: list_dir shows what it holds.`);
  }
  if (stat.kind !== 'file') {
    return errorResult(
      `${input.path} is a device, a pipe or a socket, not a file: there is nothing to read.`,
    );
  }
  const start = await readStart(computer, path, stat);
  const found = sniff(start.bytes.subarray(0, sniffBytes));
  signal.throwIfAborted();
  if (found.kind === 'text') {
    const whole = start.isWhole ? start.bytes : undefined;
    return readText(view, { path, stat, whole, input, signal, limits: readLimits });
  }
  if (found.kind === 'binary') {
    return errorResult(
      `${input.path} is no text: ${found.name}, ${stat.size} bytes. Nothing of it was read.`,
    );
  }
  const result = await readImage(computer, path, stat, found, input.path);
  if (result.isError !== true) view.noteRead(path, stat);
  return result;
}

/** All of a file that is not large, else enough to tell what it is. */
async function readStart(
  computer: Computer,
  path: string,
  { size }: FileStat,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const length = size > wholeBytes ? sniffBytes : wholeBytes + 1;
  const bytes = Buffer.from(await computer.readFile(path, { offset: 0, length }));
  // It may have grown since its size was asked for.
  return { bytes, isWhole: bytes.length < length };
}

async function readImage(
  computer: Computer,
  path: string,
  { size }: FileStat,
  { mediaType }: Extract<Sniffed, { kind: 'image' }>,
  shown: string,
): Promise<ToolResult> {
  const { imageBytes } = readLimits;
  if (size > imageBytes) {
    return errorResult(
      `${shown} is an image (${mediaType}) of ${size} bytes; at most ${imageBytes} can be shown. Make it smaller first.`,
    );
  }
  const bytes = await computer.readFile(path, { offset: 0, length: imageBytes });
  const data = Buffer.from(bytes).toString('base64');
  return { content: [{ type: 'image', mediaType, data }] };
}
