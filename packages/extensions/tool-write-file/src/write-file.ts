import { type ConversationFiles, defineFileTool, type Files } from '@dispatch/contracts';
import {
  errorResult,
  type Tool,
  type ToolContext,
  type ToolResult,
  textResult,
} from '@dispatch/kernel';
import { parseInput, type WriteFileInput, writeFileSchema } from './input.ts';

/** Makes the tool `write_file`: a file as a whole, folders above it as needed. */
export function createWriteFileTool(files: Files): Tool {
  return defineFileTool<WriteFileInput>(files, {
    name: 'write_file',
    description:
      'Writes a file in the working folder as a whole: a new one, or one that was read before. Makes the folders above it. To change a part of a file, use edit_file.',
    inputSchema: writeFileSchema,
    effect: 'idempotent',
    parse: parseInput,
    run: writeFile,
  });
}

async function writeFile(
  view: ConversationFiles,
  { path, content }: WriteFileInput,
  { signal }: ToolContext,
): Promise<ToolResult> {
  const target = await view.resolve(path, 'write');
  if (signal.aborted) return errorResult('Aborted before anything was written.');
  await view.replace(target, content);
  return textResult(`${view.show(target)} now holds ${sizeOf(content)}.`);
}

function sizeOf(content: string): string {
  if (content === '') return 'nothing: it is empty';
  const lines = content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
  return `${lines} ${lines === 1 ? 'line' : 'lines'}, ${Buffer.byteLength(content)} bytes`;
}
