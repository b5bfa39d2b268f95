import { posix } from 'node:path';
import {
  type ConversationFiles,
  defineFileTool,
  type Files,
  isCodedError,
} from '@dispatch/contracts';
import {
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
  return defineFileTool<RequestAccessInput>(files, {
    name: 'request_access',
    description:
      'Asks a person for leave to read a folder (or a file) outside of the working folder, for the rest of this conversation. Writing there stays refused.',
    inputSchema: requestAccessSchema,
    effect: 'idempotent',
    parse: parseInput,
    subject: { needsPerson: true },
    run: (view, input, context) => requestAccess(files, view, input, context),
  });
}

async function requestAccess(
  files: Files,
  view: ConversationFiles,
  { path }: RequestAccessInput,
  { conversationId, computerId }: ToolContext,
): Promise<ToolResult> {
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
