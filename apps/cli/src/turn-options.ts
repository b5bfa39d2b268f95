import { resolve } from 'node:path';
import type { Client } from '@dispatch/client';
import { type ChatBody, idPattern } from '@dispatch/wire';
import type { CommandOption, Context } from './command.ts';
import { usageError } from './exit-codes.ts';
import { findConversation } from './host/choose-conversation.ts';

/** Options of the commands that start turns. */
export const turnOptions = {
  conversation: {
    type: 'string',
    short: 'c',
    value: '<id>',
    help: 'go on with this one, or begin it',
  },
  model: { type: 'string', short: 'm', value: '<provider/model>', help: 'the model to ask' },
  system: { type: 'string', value: '<text>', help: 'the system prompt' },
  workspace: {
    type: 'string',
    value: '<id>',
    help: 'where the conversation belongs, if it is new',
  },
  computer: { type: 'string', value: '<id>', help: 'the computer that the tools work on' },
  cwd: { type: 'string', value: '<folder>', help: 'where the tools work' },
  mode: {
    type: 'string',
    value: 'act|read-only',
    help: 'read-only: only tools that change nothing',
  },
  'max-steps': { type: 'string', value: '<n>', help: 'end the turn after so many steps' },
} as const satisfies Record<string, CommandOption>;

/** What the options say of a turn, its message left out. */
export async function turnSettings(context: Context, client: Client): Promise<ChatBody> {
  const { values, io } = context;
  const mode = values.text('mode');
  if (mode !== undefined && mode !== 'act' && mode !== 'read-only') {
    throw usageError(`--mode must be "act" or "read-only", not "${mode}".`);
  }
  const conversationId = await conversationIdOf(client, values.text('conversation'));
  const model = values.text('model');
  const system = values.text('system');
  const workspaceId = values.text('workspace');
  const computerId = values.text('computer');
  const cwd = values.text('cwd');
  const maxSteps = values.count('max-steps');
  return {
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(model === undefined ? {} : { model }),
    ...(system === undefined ? {} : { system }),
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(computerId === undefined ? {} : { computerId }),
    // Of another computer's folders this one knows nothing.
    ...(cwd === undefined ? {} : { cwd: computerId === undefined ? resolve(io.cwd, cwd) : cwd }),
    ...(mode === undefined ? {} : { mode }),
    ...(maxSteps === undefined ? {} : { maxSteps }),
  };
}

async function conversationIdOf(client: Client, prefix: string | undefined) {
  if (prefix === undefined) return undefined;
  if (!idPattern.test(prefix)) {
    throw usageError(`"${prefix}" can be no id: 1 to 64 of the characters A-Z, a-z, 0-9, _ and -.`);
  }
  const found = await findConversation(client, prefix);
  return found?.conversationId ?? prefix;
}
