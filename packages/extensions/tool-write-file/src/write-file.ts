import { asFileError, type Files } from '@dispatch/contracts';
import {
  defineTool,
  errorResult,
  type Tool,
  type ToolContext,
  type ToolResult,
  textResult,
} from '@dispatch/kernel';
import { parseInput, type WriteFileInput, writeFileSchema } from './input.ts';

/** Makes the tool `write_file`: a file as a whole, folders above it as needed. */
export function createWriteFileTool(files: Files): Tool {
  return defineTool<WriteFileInput>({
    name: 'write_file',
    description:
      'Writes a file in the working folder as a whole: a new one, or one that was read before. Makes the folders above it. To change a part of a file, use edit_file.',
    inputSchema: writeFileSchema,
    effect: 'idempotent',
    parse: parseInput,
    run: (input, context) => writeFile(files, input, context),
    subjectOf: ({ path }) => ({ paths: [path] }),
  });
}

async function writeFile(
  files: Files,
  { path, content }: WriteFileInput,
  context: ToolContext,
): Promise<ToolResult> {
  if (context.signal.aborted) return errorResult('Aborted before anything was written.');
  try {
    const view = await files.open({ ...context, tool: 'write_file' });
    const target = await view.resolve(path, 'write');
    if (context.signal.aborted) return errorResult('Aborted before anything was written.');
    await view.replace(target, content);
    return textResult(`${view.show(target)} now holds ${sizeOf(content)}.`);
  } catch (error) {
    return errorResult(asFileError(error, path).message);
  }
}

function sizeOf(content: string): string {
  if (content === '') return 'nothing: it is empty';
  const lines = content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
  return `${lines} ${lines === 1 ? 'line' : 'lines'}, ${Buffer.byteLength(content)} bytes`;
}
