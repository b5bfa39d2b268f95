import type { Runtime } from '@dispatch/contracts';
import { defineTool, type Tool, textResult } from '@dispatch/kernel';
import type { BackgroundCommands } from './background-commands.ts';
import { createOutputTool } from './output-tool.ts';
import { describeState } from './told-command.ts';
import { inputOf, listInput, stopInput } from './tool-input.ts';
import { explained, unknownCommand } from './tool-results.ts';

/** How long `command_stop` waits for another host to end a command. */
const stopWithinMs = 5000;
const lookEveryMs = 200;

/** The model's side: each sees the commands of its own conversation alone. */
export function createCommandTools(
  commands: BackgroundCommands,
  runtime: Pick<Runtime, 'sleep' | 'now'>,
): readonly Tool[] {
  return [
    defineTool({
      name: 'command_list',
      description:
        'Lists the commands that this conversation runs or ran in the background, with how they stand.',
      ...inputOf(listInput),
      effect: 'pure',
      run: (_, { conversationId }) =>
        explained(async () => {
          const list = await commands.list(conversationId);
          const lines = list.map(
            (one) => `${one.commandId}: ${describeState(one)}: ${JSON.stringify(one.command)}`,
          );
          return textResult(lines.join('\n') || 'Nothing was run in the background.');
        }),
    }),
    createOutputTool(commands, runtime),
    defineTool({
      name: 'command_stop',
      description: 'Stops a command in the background, with all that it started.',
      ...inputOf(stopInput),
      effect: 'idempotent',
      subjectOf: () => ({ changesOwnStateOnly: true }),
      run: ({ commandId }, { conversationId, signal }) =>
        explained(async () => {
          const before = await commands.read(commandId);
          if (before?.conversationId !== conversationId) return unknownCommand(commandId);
          if (before.state !== 'running') {
            return textResult(`Nothing was left to stop: ${describeState(before)}`);
          }
          await commands.requestStop(commandId);
          const from = runtime.now();
          for (;;) {
            const now = await commands.read(commandId);
            if (now === undefined || now.state !== 'running') break;
            if (signal.aborted || runtime.now() - from >= stopWithinMs) {
              return textResult('It was told to stop; command_list shows when it has.');
            }
            await runtime.sleep(lookEveryMs, signal);
          }
          return textResult('stopped');
        }),
    }),
  ];
}
