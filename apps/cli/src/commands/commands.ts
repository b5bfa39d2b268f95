import type { Command, Context } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseConversation } from '../host/choose-conversation.ts';
import { shortTime } from '../output/describe-conversation.ts';
import { oneLine, printable } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';
import { runSubcommand } from '../subcommand.ts';

export const commandsCommand: Command = {
  name: 'commands',
  usage: '[list|…]',
  summary: 'List commands in the background; output <id>, stop <id>, background [conversation].',
  options: {
    offset: { type: 'string', value: '<byte>', help: 'output: from this byte on' },
  },
  maxPositionals: 3,
  run: (context) =>
    runSubcommand(
      'commands',
      {
        list: { usage: '[conversation]', minWords: 0, maxWords: 1, run: list },
        output: { usage: '<id> [--offset <byte>]', minWords: 1, maxWords: 1, run: readOutput },
        stop: { usage: '<id>', minWords: 1, maxWords: 1, run: stop },
        background: {
          usage: '[conversation] [call]',
          minWords: 0,
          maxWords: 2,
          run: sendToBackground,
        },
      },
      context,
    ),
};

async function list(context: Context, [prefix]: readonly string[]): Promise<number> {
  const { output, isJson } = context;
  const client = await context.client();
  const chosen = prefix === undefined ? undefined : await chooseConversation(client, prefix);
  const { commands } = await client.commands(chosen?.conversationId);
  if (isJson) {
    for (const command of commands) output.json(command);
    return exitCodes.ok;
  }
  const rows = commands.map(
    ({ commandId, state, exitCode, startedAt, conversationId, command }) => [
      commandId,
      exitCode === undefined ? state : `${state} ${exitCode}`,
      shortTime(startedAt),
      conversationId,
      oneLine(command, 80),
    ],
  );
  for (const line of formatTable(rows)) output.line(line);
  if (commands.length === 0) output.note('No command is in the background.');
  return exitCodes.ok;
}

/** The bytes as they are, for a pipe; what a terminal shows of them. */
async function readOutput(context: Context, [id = '']: readonly string[]): Promise<number> {
  const { io, output, isJson, values } = context;
  const offset = values.count('offset') ?? 0;
  const bytes = await (await context.client()).commandOutput(id, offset);
  const text = new TextDecoder().decode(bytes);
  if (isJson) output.json({ commandId: id, offset, length: bytes.length, text });
  else if (output.isTerminal) output.text(printable(text));
  else io.stdout.write(bytes);
  return exitCodes.ok;
}

async function stop(context: Context, [id = '']: readonly string[]): Promise<number> {
  await (await context.client()).stopCommand(id);
  if (context.isJson) context.output.json({ commandId: id });
  else context.output.line(`Stopping ${oneLine(id, 100)}.`);
  return exitCodes.ok;
}

/** Of the only conversation that runs, where none is named; without a call the command that was waited for longest. */
async function sendToBackground(
  context: Context,
  [prefix, callId]: readonly string[],
): Promise<number> {
  const client = await context.client();
  const { conversationId } = await chooseConversation(client, prefix);
  const sent = await client.sendToBackground(conversationId, callId);
  if (context.isJson) context.output.json(sent);
  else context.output.line(`${oneLine(sent.command, 80)} goes on as ${sent.commandId}.`);
  return exitCodes.ok;
}
