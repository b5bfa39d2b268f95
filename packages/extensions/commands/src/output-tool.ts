import { StringDecoder } from 'node:string_decoder';
import type { Runtime } from '@dispatch/contracts';
import { defineTool, type Tool, type ToolResult } from '@dispatch/kernel';
import type { BackgroundCommands } from './background-commands.ts';
import type { ReadOutput } from './read-output.ts';
import { describeState } from './told-command.ts';
import { inputOf, outputInput } from './tool-input.ts';
import { explained, unknownCommand } from './tool-results.ts';

/** Given to a model at once. */
const maxAnswerBytes = 32 * 1024;

/** How often it is looked for something new. */
const lookEveryMs = 200;

/** Makes the tool `command_output`. */
export function createOutputTool(
  commands: BackgroundCommands,
  runtime: Pick<Runtime, 'sleep' | 'now'>,
): Tool {
  return defineTool({
    name: 'command_output',
    description: `Reads what a command in the background has printed, at most ${maxAnswerBytes / 1024} KiB at a time, and how it stands. Without an offset it gives the newest; the answer names the offset to read on from. Wait with waitMs rather than asking again and again.`,
    ...inputOf(outputInput),
    effect: 'pure',
    run: ({ commandId, offset, waitMs = 0 }, { conversationId, signal }) =>
      explained(async () => {
        const from = runtime.now();
        const found = await commands.read(commandId);
        if (found?.conversationId !== conversationId) return unknownCommand(commandId);
        const seen = offset ?? found.size;
        for (;;) {
          const now = await commands.read(commandId);
          if (now === undefined) return unknownCommand(commandId);
          if (now.state !== 'running' || now.size > seen) break;
          if (signal.aborted || runtime.now() - from >= waitMs) break;
          await runtime.sleep(lookEveryMs, signal);
        }
        return answer(await commands.readOutput(commandId, offset ?? 'newest', maxAnswerBytes));
      }),
  });
}

/** Whole characters, and where the rest begins. Pure. */
function answer({ command, offset, bytes }: ReadOutput): ToolResult {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  const text = new StringDecoder('utf8').write(bytes.subarray(start));
  const from = offset + start;
  const to = from + Buffer.byteLength(text);
  const words = `[bytes ${from} to ${to} of ${command.size}; ${describeState(command)}; read on from offset ${to}]`;
  return {
    content: [
      ...(text === '' ? [] : [{ type: 'text', text } as const]),
      { type: 'text', text: words },
    ],
  };
}
