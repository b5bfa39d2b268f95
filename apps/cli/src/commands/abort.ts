import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseConversation } from '../host/choose-conversation.ts';

export const abortCommand: Command = {
  name: 'abort',
  usage: '[id]',
  summary: 'Stop the running turn; what was said is kept.',
  options: {},
  maxPositionals: 1,
  async run({ client: connect, output, isJson, positionals }) {
    const client = await connect();
    const { conversationId } = await chooseConversation(client, positionals[0]);
    const { turnId } = await client.abort(conversationId);
    if (isJson) output.json({ conversationId, turnId });
    else output.line(`Aborting turn ${turnId} of ${conversationId}.`);
    return exitCodes.ok;
  },
};
