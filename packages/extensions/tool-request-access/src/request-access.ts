import { posix } from 'node:path';
import { asFileError, type ConversationFiles, type Files, isCodedError } from '@dispatch/contracts';
import {
  defineTool,
  errorResult,
  type Tool,
  type ToolContext,
  type ToolResult,
  textResult,
} from '@dispatch/kernel';
import { parseInput, type RequestAccessInput, requestAccessSchema } from './input.ts';

/**
 * Makes the tool `request_access`: lets the conversation read a folder outside of its own. A call
 * needs a person or a rule: whoever runs it without one gives the grant away.
 */
export function createRequestAccessTool(files: Files): Tool {
  return defineTool<RequestAccessInput>({
    name: 'request_access',
    description:
      'Asks a person for leave to read a folder (or a file) outside of the working folder, for the rest of this conversation. Writing there stays refused.',
    inputSchema: requestAccessSchema,
    effect: 'idempotent',
    parse: parseInput,
    run: (input, context) => requestAccess(files, input, context),
    subjectOf: ({ path }) => ({ paths: [path], needsPerson: true }),
  });
}

async function requestAccess(
  files: Files,
  { path }: RequestAccessInput,
  context: ToolContext,
): Promise<ToolResult> {
  if (context.signal.aborted) return errorResult('Aborted before anything was granted.');
  const { conversationId, computerId } = context;
  try {
    const view = await files.open({ ...context, tool: 'request_access' });
    const named = posix.resolve(view.root, path).replace(/(?<=.)\/$/, '');
    if (await isReadable(view, named)) return textResult(`${path} can be read already.`);
    const real = await view.computer.realPath(named);
    // The person has seen the name alone: a grant is of just that, not of what a link makes of it.
    if (real !== named) {
      return errorResult(
        `${path} leads through a symbolic link to ${real}: nothing was granted. Ask again with that path, so that the person sees what is granted.`,
      );
    }
    await files.grant({
      conversationId,
      path: named,
      ...(computerId === undefined ? {} : { computerId }),
    });
    return textResult(`Granted: this conversation may now read ${named} and all in it.`);
  } catch (error) {
    return errorResult(asFileError(error, path).message);
  }
}

async function isReadable(view: ConversationFiles, path: string): Promise<boolean> {
  try {
    await view.resolve(path, 'read');
    return true;
  } catch (error) {
    if (isCodedError(error, 'path-outside')) return false;
    throw error;
  }
}
