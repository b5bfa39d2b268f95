import type { Client } from '@dispatch/client';
import type { Conversation } from '@dispatch/wire';
import type { Command, Context } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseConversation, listAll } from '../host/choose-conversation.ts';
import { shortTime } from '../output/describe-conversation.ts';
import { formatTable } from '../output/table.ts';

export const statusCommand: Command = {
  name: 'status',
  usage: '[id]',
  summary: 'Say how a conversation is doing, or the host and what runs on it.',
  options: {},
  maxPositionals: 1,
  async run(context) {
    const client = await context.client();
    if (context.positionals[0] !== undefined) {
      await tellConversation(
        context,
        client,
        await chooseConversation(client, context.positionals[0]),
      );
      return exitCodes.ok;
    }
    return tellHost(context, client);
  },
};

async function tellHost(context: Context, client: Client): Promise<number> {
  const { output } = context;
  const url = await context.hostUrl();
  const isReady = await client.isReady();
  const models = await client.models();
  const all = await listAll(client);
  const running = all.filter(({ status }) => status !== 'idle');
  if (context.isJson) {
    output.json({
      url,
      isReady,
      defaultModel: models.default,
      models: models.models.map(({ id }) => id),
      conversations: all.length,
      running,
    });
    return exitCodes.ok;
  }
  const rows = [
    ['host', `${url} ${isReady ? output.style.green('ready') : output.style.red('not ready')}`],
    ['model', models.default ?? 'none'],
    ['models', models.models.map(({ id }) => id).join(', ')],
    ['conversations', `${all.length}, ${running.length} running`],
  ];
  for (const line of formatTable(rows)) output.line(line);
  for (const conversation of running) {
    output.line('');
    await tellConversation(context, client, conversation);
  }
  return exitCodes.ok;
}

async function tellConversation(
  { output, isJson }: Context,
  client: Client,
  conversation: Conversation,
): Promise<void> {
  const { conversationId } = conversation;
  const [{ turns }, queue] = await Promise.all([
    client.metrics(conversationId),
    client.queued(conversationId),
  ]);
  const turn = turns.at(-1);
  if (isJson) {
    output.json({ ...conversation, queued: queue.messages.length, lastTurn: turn ?? null });
    return;
  }
  const last =
    turn === undefined
      ? 'none'
      : `${turn.finishReason ?? 'running'}, ${turn.model}, ${turn.steps.length} steps committed`;
  const { usage } = turn ?? {};
  const rows = [
    ['conversation', conversationId],
    ['status', conversation.status],
    ['title', conversation.title ?? '-'],
    ['changed', shortTime(conversation.updatedAt)],
    ['chunks', String(conversation.lastSeq)],
    ['queued', String(queue.messages.length)],
    ['last turn', last],
    ['tokens', usage == null ? '-' : `${usage.inputTokens} in, ${usage.outputTokens} out`],
    ['context', turn?.contextSize == null ? '-' : `${turn.contextSize} tokens`],
  ];
  for (const line of formatTable(rows)) output.line(line);
  if (conversation.status === 'waiting') {
    output.note(
      `It waits for a person: \`dispatch approvals list ${conversationId}\` says for what.`,
    );
  }
}
