import {
  type CallSubject,
  defineTool,
  errorResult,
  type Tool,
  type ToolContext,
  type ToolOptions,
  type ToolResult,
} from '@dispatch/kernel';
import { asFileError } from './as-file-error.ts';
import type { ConversationFiles, Files } from './files.ts';

/** Input that names a path; without one it is the conversation's folder. */
interface PathInput {
  readonly path?: string | undefined;
}

export interface FileToolOptions<Input extends PathInput>
  extends Omit<ToolOptions<Input>, 'run' | 'subjectOf' | 'reconcile'> {
  /** What a rule is told besides the path. */
  readonly subject?: Omit<CallSubject, 'paths'>;
  /**
   * Runs one call, as of any tool. What it rejects with, of `Files` or of a computer, is a result for
   * the model. Not called once the signal has fired.
   */
  run(view: ConversationFiles, input: Input, context: ToolContext): Promise<ToolResult>;
}

/** Makes a tool that works on one path of a conversation's files. */
export function defineFileTool<Input extends PathInput>(
  files: Files,
  { run, subject, ...options }: FileToolOptions<Input>,
): Tool {
  return defineTool<Input>({
    ...options,
    subjectOf: ({ path = '.' }) => ({ ...subject, paths: [path] }),
    async run(input, context) {
      const { signal } = context;
      if (signal.aborted) return errorResult('Aborted before anything was done.');
      try {
        const view = await files.open({ ...context, tool: options.name });
        return await run(view, input, context);
      } catch (error) {
        // Of what changes nothing it does not matter how far it came.
        if (signal.aborted && options.effect === 'pure') return errorResult('Aborted.');
        return errorResult(asFileError(error, input.path ?? '.').message);
      }
    },
  });
}
