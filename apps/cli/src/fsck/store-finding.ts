import type { Finding } from '@dispatch/invariants';
import type { WrongCounter } from '@dispatch/store-postgres';

/** What can be wrong beyond a conversation that can be read, and what would put it right. */
const storeFindingCatalog = {
  'conversation-unreadable':
    'Bring its rows back from a backup, or delete the conversation: no host can read it.',
  'counter-wrong': 'Set it to what is counted.',
  'rows-without-conversation': 'Delete the rows: nothing can reach them.',
} as const;

/** A finding of the store's own, told as those of a conversation are. */
export type StoreFinding = Omit<Finding, 'code'> & {
  readonly code: keyof typeof storeFindingCatalog;
};

function storeFinding(
  code: keyof typeof storeFindingCatalog,
  conversationId: string,
  message: string,
): StoreFinding {
  return { code, conversationId, message, repair: storeFindingCatalog[code] };
}

export function unreadable(conversationId: string, error: unknown): StoreFinding {
  const reason = error instanceof Error ? error.message : String(error);
  return storeFinding('conversation-unreadable', conversationId, `It can not be read: ${reason}`);
}

export function wrongCounter({
  conversationId,
  counter,
  kept,
  counted,
}: WrongCounter): StoreFinding {
  const message = `Its ${counter} is ${kept}; by its rows it is ${counted}.`;
  return storeFinding('counter-wrong', conversationId, message);
}

export function strayRows(conversationId: string, table: string): StoreFinding {
  const message = `Rows of ${table} name this conversation, which is gone.`;
  return storeFinding('rows-without-conversation', conversationId, message);
}
