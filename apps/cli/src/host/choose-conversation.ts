import type { Client } from '@dispatch/client';
import { DispatchError } from '@dispatch/client';
import { type Conversation, idPattern } from '@dispatch/wire';
import { CommandError } from '../exit-codes.ts';
import { describeConversations } from '../output/describe-conversation.ts';

/** The conversation that a prefix of its id names, or the only one that runs where none is given. */
export async function chooseConversation(
  client: Client,
  prefix: string | undefined,
): Promise<Conversation> {
  if (prefix === undefined) return onlyRunning(await listAll(client));
  const found = await findConversation(client, prefix);
  if (found !== undefined) return found;
  throw new CommandError(
    `There is no conversation whose id begins with "${prefix}".`,
    '`dispatch ls` lists them.',
  );
}

/** As above; undefined where there is none. An ambiguous prefix is an error all the same. */
export async function findConversation(
  client: Client,
  prefix: string,
): Promise<Conversation | undefined> {
  if (!idPattern.test(prefix)) return undefined;
  try {
    // A whole id needs no search, and wins over longer ones that begin with it.
    return await client.get(prefix);
  } catch (error) {
    if (!(error instanceof DispatchError) || error.status !== 404) throw error;
  }
  const candidates = (await listAll(client)).filter(({ conversationId }) =>
    conversationId.startsWith(prefix),
  );
  if (candidates.length > 1) {
    throw new CommandError(
      `"${prefix}" is the beginning of ${candidates.length} ids:`,
      describeConversations(candidates.slice(0, 10)).join('\n'),
    );
  }
  return candidates[0];
}

function onlyRunning(conversations: readonly Conversation[]): Conversation {
  const running = conversations.filter(({ status }) => status !== 'idle');
  const [only, another] = running;
  if (only === undefined) {
    throw new CommandError(
      'No conversation is running.',
      'Name one by its id; `dispatch ls` lists them.',
    );
  }
  if (another === undefined) return only;
  throw new CommandError(
    `${running.length} conversations are running; name one by its id:`,
    describeConversations(running.slice(0, 10)).join('\n'),
  );
}

/** All conversations, newest first. */
export async function listAll(client: Client): Promise<Conversation[]> {
  const all: Conversation[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page.conversations);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
