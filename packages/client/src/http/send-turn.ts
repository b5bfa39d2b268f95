import type { ChatBody } from '@dispatch/wire';
import { DispatchError } from '../dispatch-error.ts';
import { mintId } from '../mint-id.ts';
import { type FollowItem, followTurn } from './follow-turn.ts';
import { offer } from './offer.ts';
import type { Requester, RequesterOptions } from './requester.ts';

/** A turn that the host has taken over, and its events. To be read once. */
export interface SentTurn extends AsyncIterable<FollowItem> {
  readonly conversationId: string;
  readonly turnId: string;
}

/**
 * Starts a turn. Resolves once the host has taken the message over: from then on it ends, whatever
 * becomes of the connection. The message carries a key, so offering it again starts nothing twice.
 */
export async function sendTurn(
  requester: Requester,
  options: RequesterOptions,
  message: ChatBody,
  signal: AbortSignal,
): Promise<SentTurn> {
  // A key holds within its conversation, so a new conversation gets its id here.
  const body: ChatBody = {
    conversationId: mintId(options.random),
    idempotencyKey: mintId(options.random),
    ...message,
  };
  const open = (openSignal: AbortSignal) =>
    requester.open('/chat', { method: 'POST', body, signal: openSignal });

  const first = await offer(() => open(signal), options, signal);
  const conversationId = first.headers.get('x-conversation-id');
  const turnId = first.headers.get('x-turn-id');
  if (conversationId === null || turnId === null) {
    throw new DispatchError('bad-response', 'The answer of /chat names no turn.', {
      status: first.status,
    });
  }
  const items = followTurn({
    requester,
    options,
    conversationId,
    turnId,
    sinceSeq: 0,
    first,
    reopen: open,
    signal,
  });
  return { conversationId, turnId, [Symbol.asyncIterator]: () => items };
}
