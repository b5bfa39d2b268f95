import type { Client } from '@dispatch/client';
import type { Command, Context } from '../command.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { chooseConversation, findConversation } from '../host/choose-conversation.ts';
import { shortTime } from '../output/describe-conversation.ts';
import { oneLine } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';
import { wordsOf } from '../output/turn-printer.ts';
import { readText } from '../read-text.ts';

export const queueCommand: Command = {
  name: 'queue',
  usage: '[id] [text|-]',
  summary: 'Queue a message for the running turn, or list what waits.',
  options: {
    message: {
      type: 'string',
      short: 'm',
      value: '<text|->',
      help: 'the message, where no id is given',
    },
    remove: { type: 'string', value: '<queueId>', help: 'take a message back' },
  },
  maxPositionals: Number.POSITIVE_INFINITY,
  run: queue,
};

async function queue(context: Context): Promise<number> {
  const { output, isJson, values } = context;
  const client = await context.client();
  const [id, ...words] = context.positionals;
  const { conversationId } =
    id === undefined ? await chooseConversation(client, undefined) : await choose(client, id);

  const queueId = values.text('remove');
  if (queueId !== undefined) {
    await client.removeQueued(conversationId, queueId);
    if (!isJson) output.line(`Took ${queueId} back.`);
    return exitCodes.ok;
  }
  const option = values.text('message');
  if (option === undefined && words.length === 0) return list(context, client, conversationId);

  const given = option === undefined ? words : [option];
  const message = await readText(context.io, given, `${queueCommand.name} ${queueCommand.usage}`);
  const queued = await client.queue(conversationId, { message });
  if (isJson) output.json({ conversationId, ...queued });
  else output.line(`Queued ${queued.queueId}, number ${queued.position} in ${conversationId}.`);
  return exitCodes.ok;
}

async function choose(client: Client, id: string) {
  const found = await findConversation(client, id);
  if (found !== undefined) return found;
  throw new CommandError(
    `There is no conversation whose id begins with "${oneLine(id, 80)}".`,
    'As a message for the only one that runs: dispatch queue -m <text>',
  );
}

async function list(context: Context, client: Client, conversationId: string): Promise<number> {
  const { output, isJson } = context;
  const { messages } = await client.queued(conversationId);
  if (isJson) {
    for (const message of messages) output.json(message);
    return exitCodes.ok;
  }
  const rows = messages.map(({ queueId, message, createdAt }) => [
    queueId,
    shortTime(createdAt),
    oneLine(typeof message === 'string' ? message : wordsOf(message), 80),
  ]);
  for (const line of formatTable(rows)) output.line(line);
  if (messages.length === 0) output.note(`Nothing waits in ${conversationId}.`);
  return exitCodes.ok;
}
