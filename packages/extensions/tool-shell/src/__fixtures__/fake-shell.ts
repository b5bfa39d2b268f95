import {
  type FakeCommand,
  fakeComputer,
  fakeExtensionContext,
  virtualRuntime,
} from '@dispatch/conformance';
import type {
  BackgroundCommand,
  CommandExit,
  Commands,
  Computer,
  ForegroundCommand,
} from '@dispatch/contracts';
import type { JsonValue, ToolContext } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { createShellTool } from '../index.ts';

/** Of what goes on for ever. */
export const never = new Promise<never>(() => {});

export function listOf(...computers: readonly Computer[]) {
  const value = {
    list: async () => [],
    find: async (id: string | undefined) => computers.find(({ computerId }) => computerId === id),
  };
  return [{ extension: 'test', value }];
}

/** A shell over one computer, and over lists of what was started in the background, and of what could be sent there. */
export function makeShell(play: (command: FakeCommand) => CommandExit | Promise<CommandExit>) {
  const runtime = virtualRuntime();
  const { logger } = fakeExtensionContext({ runtime });
  const computer = fakeComputer({ play, files: { '/project/below/file': '' } });
  const started: (Parameters<Commands['start']>[0] & { readonly isStopped: () => boolean })[] = [];
  const offered = new Set<ForegroundCommand>();
  const commands: Commands = {
    offer(command) {
      offered.add(command);
      return () => void offered.delete(command);
    },
    async start(command): Promise<BackgroundCommand> {
      let isStopped = false;
      started.push({ ...command, isStopped: () => isStopped });
      command.onOutput?.('stdout', Buffer.from('up\n'));
      return {
        commandId: 'command-1',
        exited: command.command === 'true' ? Promise.resolve({ code: 0 }) : never,
        stop: async () => {
          isStopped = true;
        },
      };
    },
  };
  const tool = createShellTool({ computers: listOf(computer), commands, runtime, logger });
  const start = (input: JsonValue, parts: Partial<ToolContext> = {}) => {
    const call = tool.prepare(input);
    if (!call.ok) throw new Error(call.message);
    const signal = new AbortController().signal;
    const context = fakeToolContext({ signal, cwd: '/project', ...parts });
    const done = call.run(context).then(({ content, isError = false }) => ({
      isError,
      texts: content.map((part) => (part.type === 'text' ? part.text : part.type)),
    }));
    return { context, done };
  };
  return { tool, runtime, logger, computer, commands, started, offered, start };
}
