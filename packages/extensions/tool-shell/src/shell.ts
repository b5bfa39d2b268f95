import { posix } from 'node:path';
import {
  type ComputerSource,
  type Contribution,
  findComputer,
  isCodedError,
} from '@dispatch/contracts';
import {
  defineTool,
  errorResult,
  type Tool,
  type ToolContext,
  type ToolResult,
} from '@dispatch/kernel';
import { runInBackground } from './background.ts';
import { runInForeground } from './foreground.ts';
import { commandTimeouts, parseInput, type ShellInput, shellSchema } from './input.ts';
import type { CallSurroundings } from './place.ts';
import { report } from './report.ts';

export interface ShellOptions extends CallSurroundings {
  readonly computers: readonly Contribution<ComputerSource>[];
}

/** The kernel's deadline stands behind the command's own, which can tell what was printed. */
const deadlineMs = commandTimeouts.longestMs + 10_000;

const description = `Runs a command with the shell of the computer, in the working folder, with nothing on its standard input and no terminal. Returns what it printed, standard output and error in the order in which they came, and its exit code; of a very long output the start and the end. It returns when the command itself exits: a process that it leaves running with & loses its output. For servers, watchers and work that takes longer than ${commandTimeouts.longestMs / 60_000} minutes set background to true: the command then goes on after the call, command_output reads what it prints, command_stop ends it, command_list lists those of the conversation. A command can not answer questions: pass the flags that keep it from asking.`;

/** Makes the tool `shell`. */
export function createShellTool(options: ShellOptions): Tool {
  const run = async (input: ShellInput, context: ToolContext): Promise<ToolResult> => {
    if (context.signal.aborted) return report('', { type: 'abort' });
    try {
      const computer = await findComputer(options.computers, context.computerId);
      const folder = context.cwd ?? (await computer.homeFolder());
      const cwd = posix.resolve(folder, input.cwd ?? '.');
      const place = { ...options, computer, cwd };
      return await (input.isBackground ? runInBackground : runInForeground)(input, context, place);
    } catch (error) {
      return explain(error);
    }
  };

  return defineTool<ShellInput>({
    name: 'shell',
    description,
    inputSchema: shellSchema,
    effect: 'unsafe',
    timeoutMs: deadlineMs,
    parse: parseInput,
    subjectOf: ({ command }) => ({ command }),
    run,
  });
}

/** What a computer refuses is for the model to read; what it does not know how to refuse, a bug. */
function explain(error: unknown): ToolResult {
  if (isCodedError(error)) {
    return errorResult(error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return errorResult(`The command could not be started in this folder: ${error.message}`);
  }
  throw error;
}
