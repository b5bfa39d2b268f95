import {
  applyItem,
  type Client,
  type ConversationView,
  emptyView,
  type FollowItem,
} from '@dispatch/client';
import { formatCursor } from '@dispatch/wire';
import { patiently } from './patience.ts';

export interface ReadTurn {
  readonly client: Client;
  readonly conversationId: string;
  readonly turnId: string;
  /** The turn's first events, as far as they come. */
  readonly items: AsyncIterable<FollowItem>;
  readonly withinMs: number;
  /** So many events later it goes away, and comes back. Asked each time that it has come. */
  leaveAfter(): number;
  onItem?(item: FollowItem): void;
}

/**
 * Reads a turn to its seal, as a client that goes away now and then and comes back with its cursor,
 * to whatever host. Resolves with what it saw; rejects where the turn is not sealed in time.
 */
export async function readTurn(turn: ReadTurn): Promise<ConversationView> {
  const { client, conversationId, turnId, withinMs } = turn;
  const deadline = AbortSignal.timeout(withinMs);
  let { items } = turn;
  let view = emptyView;
  while (!deadline.aborted) {
    const before = view;
    let patience = turn.leaveAfter();
    for await (const item of items) {
      view = applyItem(view, item);
      turn.onItem?.(item);
      patience -= 1;
      if (patience <= 0) break;
    }
    // The host had nothing more to tell: what is committed says whether that is the end.
    if (view === before && !isSealed(view, turnId)) {
      view = applyItem(view, await patiently(withinMs, () => client.snapshot(conversationId)));
    }
    if (isSealed(view, turnId)) return view;
    const { position } = view;
    items = client.follow(conversationId, {
      signal: deadline,
      ...(position === undefined ? {} : { cursor: formatCursor(position) }),
    });
  }
  throw new Error(`the turn ${turnId} was not sealed in ${withinMs} ms`);
}

function isSealed(view: ConversationView, turnId: string): boolean {
  return view.turns.some((turn) => turn.turnId === turnId && turn.state === 'sealed');
}
