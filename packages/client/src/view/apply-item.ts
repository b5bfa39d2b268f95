import type { FollowItem } from '../http/follow-turn.ts';
import type { Snapshot } from '../http/snapshot.ts';
import { positionAfter } from '../position.ts';
import { applyEvent } from './apply-event.ts';
import type { ConversationView, TurnView } from './conversation-view.ts';
import { turnsOfChunks } from './turns-of-chunks.ts';

/**
 * The view after an event or a snapshot. However a sequence of events is cut, repeated from a
 * cursor, or replaced by a snapshot, the same turns come out.
 */
export function applyItem(view: ConversationView, item: FollowItem): ConversationView {
  return item.type === 'snapshot' ? applySnapshot(view, item) : applyEvent(view, item);
}

function applySnapshot(view: ConversationView, snapshot: Snapshot): ConversationView {
  const before = new Map(view.turns.map((turn) => [turn.turnId, turn]));
  const activeTurnId = snapshot.activeTurn?.turnId;
  return {
    turns: turnsOfChunks(snapshot.chunks).map((turn) => {
      const told = toldOf(before.get(turn.turnId));
      return turn.turnId === activeTurnId
        ? { ...told, ...turn, state: 'running' }
        : { ...told, ...turn };
    }),
    firstSeq: snapshot.firstSeq,
    lastSeq: snapshot.lastSeq,
    missing: [],
    position: positionAfter(snapshot.activeTurn),
  };
}

/** What chunks do not say of a turn. */
function toldOf(turn: TurnView | undefined): Partial<TurnView> {
  const { items: _, approvals: __, retry: ___, ...told } = turn ?? {};
  return told;
}
