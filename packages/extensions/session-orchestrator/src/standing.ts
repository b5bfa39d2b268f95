import type { ChunkQuery, StoredChunk } from '@dispatch/contracts';
import type { ConversationActor } from './actors.ts';
import type { Core } from './core.ts';
import { loseTurn } from './finish-turn.ts';
import type { TurnLog } from './turn-log.ts';

/** Where a conversation stands: chunks, and the event up to which they go, as of one moment. */
export interface Standing {
  readonly lastSeq: number;
  readonly chunks: readonly StoredChunk[];
  readonly running?: RunningHere | RunningElsewhere;
}

interface RunningHere {
  readonly turnId: string;
  readonly commitNumber: number;
  readonly log: TurnLog;
}

interface RunningElsewhere {
  readonly turnId: string;
  readonly commitNumber: number;
  readonly owner: string;
  readonly log?: undefined;
}

/**
 * Reads chunks up to what the running turn has told as committed, so that the chunks and then the
 * events after `commitNumber` are each piece once. Where a turn starts meanwhile it reads again.
 * Rejects with `conversation-not-found`.
 */
export async function readStanding(
  core: Core,
  actor: ConversationActor,
  query: Omit<ChunkQuery, 'conversationId' | 'throughSeq'>,
): Promise<Standing> {
  const { conversationId } = actor;
  for (;;) {
    if (actor.isStarting) await actor.settled();
    giveUpOverdue(core, actor);
    const log = tellingLog(actor);
    if (log !== undefined) {
      const { turnId, committedSeq: lastSeq, commitNumber } = log;
      const range = { ...query, conversationId, throughSeq: lastSeq };
      const chunks = query.limit === 0 ? [] : await core.store.readChunks(range);
      giveUpOverdue(core, actor);
      if (log.state === 'moved') continue;
      return { lastSeq, chunks, running: { turnId, commitNumber, log } };
    }
    const { newest } = actor;
    const view = await core.store.readView({ ...query, conversationId });
    if (actor.isStarting || tellingLog(actor) !== undefined || actor.newest !== newest) continue;
    const { lastSeq, chunks, running } = view;
    if (running === undefined) return { lastSeq, chunks };
    const { turnId, eventNumber, owner } = running;
    return { lastSeq, chunks, running: { turnId, commitNumber: eventNumber, owner } };
  }
}

/** A host that froze says nothing of a turn that may be another's by now. */
function giveUpOverdue(core: Core, { live }: ConversationActor): void {
  if (live === undefined || core.runtime.now() < core.leasedUntil) return;
  loseTurn(core, live, 'its lease could not be renewed in time');
}

/**
 * Of the turn that runs here; not where a commit or its seal may have been made, or where the turn is
 * being given up and another may go on with it: the store alone knows.
 */
function tellingLog({ live }: ConversationActor): TurnLog | undefined {
  if (live === undefined || live.isCommitting || live.isMuted) return undefined;
  return live.log.state === 'open' ? live.log : undefined;
}
