import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseConversation } from '../host/choose-conversation.ts';
import { describeChunk } from '../output/describe-chunk.ts';

export const showCommand: Command = {
  name: 'show',
  usage: '<id>',
  summary: 'Print what was said in a conversation. --json: its chunks.',
  options: {
    since: { type: 'string', value: '<seq>', help: 'only what was committed after it' },
  },
  maxPositionals: 1,
  async run({ client: connect, output, values, isJson, positionals }) {
    const client = await connect();
    const conversation = await chooseConversation(client, positionals[0]);
    const { chunks, activeTurn } = await client.snapshot(
      conversation.conversationId,
      values.count('since') ?? 0,
    );
    for (const stored of chunks) {
      if (isJson) output.json(stored);
      else for (const line of describeChunk(stored, output.style)) output.line(line);
    }
    if (activeTurn !== null) {
      output.note(
        output.noteStyle.dim(
          `A turn is running; \`dispatch tail ${conversation.conversationId}\` follows it.`,
        ),
      );
    }
    return exitCodes.ok;
  },
};
