import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { describeConversations } from '../output/describe-conversation.ts';

export const lsCommand: Command = {
  name: 'ls',
  usage: '',
  summary: 'List conversations, newest first.',
  options: {
    limit: { type: 'string', short: 'n', value: '<n>', help: 'at most so many (20)' },
    workspace: { type: 'string', value: '<id>', help: 'only those of a workspace' },
  },
  maxPositionals: 0,
  async run({ client, output, values, isJson }) {
    const workspaceId = values.text('workspace');
    const { conversations, nextCursor } = await (await client()).list({
      limit: values.count('limit') ?? 20,
      ...(workspaceId === undefined ? {} : { workspaceId }),
    });
    if (isJson) {
      for (const conversation of conversations) output.json(conversation);
      return exitCodes.ok;
    }
    for (const line of describeConversations(conversations)) output.line(line);
    if (conversations.length === 0) output.note('There are no conversations.');
    if (nextCursor !== null) output.note('There are more: --limit shows up to 1000.');
    return exitCodes.ok;
  },
};
