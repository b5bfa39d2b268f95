import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Runtime } from '@dispatch/contracts';
import {
  defineTool,
  errorResult,
  type Logger,
  type Tool,
  type ToolContext,
  type ToolResult,
} from '@dispatch/kernel';
import { waitForEnd } from './call-ending.ts';
import { createCallOutput } from './call-output.ts';
import { createCallProcesses } from './call-processes.ts';
import { startCommand } from './command.ts';
import { commandTimeouts, parseInput, type ShellInput, shellSchema } from './input.ts';
import { markVariable } from './processes.ts';
import { report } from './report.ts';

export interface ShellOptions {
  /** All that a command finds in its environment, but for the mark of its call. */
  readonly environment: Readonly<Record<string, string>>;
  /** The absolute path of a shell that takes `-c`. */
  readonly shell: string;
  readonly runtime: Pick<Runtime, 'sleep' | 'now' | 'newAbortController' | 'randomHex'>;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface Shell {
  readonly tool: Tool;
  /** Ends every process that any call has left behind. Resolves within 4 s. */
  dispose(): Promise<void>;
}

/** The kernel's deadline stands behind the command's own, which can tell what was printed. */
const deadlineMs = commandTimeouts.longestMs + 10_000;

/** Makes the tool `shell` and what ends its commands. */
export function createShell(options: ShellOptions): Shell {
  const processes = createCallProcesses(options.runtime, options.logger);

  const run = async (input: ShellInput, context: ToolContext): Promise<ToolResult> => {
    const folder = await chooseFolder(input, context);
    if ('problem' in folder) return errorResult(folder.problem);
    if (context.signal.aborted) return report('', { type: 'abort' });
    const mark = processes.newMark(context.callId);
    const output = createCallOutput(context.output, options.runtime, (isReading) =>
      command.setReading(isReading),
    );
    const command = startCommand({
      shell: options.shell,
      command: input.command,
      cwd: folder.path,
      environment: { ...options.environment, [markVariable]: mark },
      onOutput: output.take,
    });
    processes.started(command.pid);
    const timeoutMs = input.timeoutMs ?? commandTimeouts.usualMs;
    const ending = await waitForEnd(command, timeoutMs, context.signal, options.runtime);
    if (ending.type === 'exit') processes.exited(command.pid, ending.leftRunning);
    else processes.end(command.pid, mark);
    const printed = output.end();
    command.close();
    return report(printed, ending);
  };

  return {
    tool: defineTool<ShellInput>({
      name: 'shell',
      description: `Runs a command with ${options.shell} -c in the working folder, with nothing on its standard input. Returns what it printed and its exit code, when the command itself exits: what it leaves in the background must redirect its output.`,
      inputSchema: shellSchema,
      effect: 'unsafe',
      timeoutMs: deadlineMs,
      parse: parseInput,
      run,
    }),
    dispose: processes.dispose,
  };
}

async function chooseFolder(
  input: ShellInput,
  context: ToolContext,
): Promise<{ readonly path: string } | { readonly problem: string }> {
  if (context.computerId !== undefined) {
    return { problem: `This host can not run commands on the computer ${context.computerId}.` };
  }
  if (context.cwd === undefined) {
    return { problem: 'The conversation has no working folder: ask the user to give it a `cwd`.' };
  }
  const path = resolve(context.cwd, input.cwd ?? '.');
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isFolder ? { path } : { problem: `There is no folder ${path} to run in.` };
}
