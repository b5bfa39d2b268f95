import {
  CodedError,
  type Follower,
  type FollowTurnRequest,
  type MessageQuery,
  type MessageView,
  type StoredChunk,
  type SubscribeRequest,
  type Subscription,
} from '@dispatch/contracts';
import type { ConversationActor } from './actors.ts';
import type { Core } from './core.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { createFollower, type Position } from './follower.ts';
import { placeOf, positionAfterCommit, positionAfterCursor, positionOfTurn } from './positions.ts';
import { readStanding, type Standing } from './standing.ts';

/** A snapshot holds the newest 1,000 chunks, 4 MiB at most, but at least one (WIRE.md section 5). */
const snapshotChunks = 1000;
const snapshotBytes = 4 * 1024 * 1024;
const nowhere: Position = { log: undefined, from: 0 };

/** Contract `Conversations.readMessages`. */
export function readMessages(core: Core, query: MessageQuery): Promise<MessageView> {
  const { conversationId, sinceSeq: afterSeq, limit } = query;
  return core.actors.use(conversationId, async (actor) => {
    const standing = await readStanding(core, actor, { afterSeq, limit });
    return view(standing, standing.chunks);
  });
}

function view({ lastSeq, running }: Standing, chunks: readonly StoredChunk[]): MessageView {
  if (running === undefined) return { chunks, lastSeq, activeTurn: null };
  const { turnId, commitNumber } = running;
  const cursor = formatCursor(turnId, Math.max(0, commitNumber));
  return { chunks, lastSeq, activeTurn: { turnId, cursor } };
}

/** Contract `Conversations.followTurn`. */
export async function followTurn(
  core: Core,
  request: FollowTurnRequest,
): Promise<Follower | undefined> {
  const actor = core.actors.hold(request.conversationId);
  const onClose = () => core.actors.release(actor);
  try {
    const start = await findTurn(core, actor, request);
    if (start === 'nothing') {
      onClose();
      return undefined;
    }
    const place = placeOf(core, actor, 'turn');
    const isLost = start === 'lost';
    return createFollower({
      place,
      start: isLost ? nowhere : start,
      scope: 'turn',
      isLost,
      onClose,
    });
  } catch (error) {
    onClose();
    throw error;
  }
}

async function findTurn(
  core: Core,
  actor: ConversationActor,
  { conversationId, turnId, cursor }: FollowTurnRequest,
): Promise<Position | 'lost' | 'nothing'> {
  if (turnId !== undefined) return (await positionOfTurn(core, actor, turnId)) ?? 'lost';
  if (actor.isStarting) await actor.settled();
  if (actor.live === undefined) await refuseUnknown(core, conversationId);
  if (cursor === undefined) {
    const standing = await readStanding(core, actor, { afterSeq: 0, limit: 0 });
    if (standing.running === undefined) return 'nothing';
    return positionAfterCommit(core, actor, standing, 'turn');
  }
  const parsed = parseCursor(cursor);
  const found = parsed && (await positionAfterCursor(core, actor, parsed));
  if (found === undefined) return 'lost';
  const isAtEnd = found.log?.state === 'closed' && found.from >= found.log.nextNumber;
  if (!isAtEnd) return found;
  found.release?.();
  return 'nothing';
}

/** Contract `Conversations.subscribe`. */
export async function subscribe(core: Core, request: SubscribeRequest): Promise<Subscription> {
  const { conversationId, sinceSeq = 0, turnId, cursor } = request;
  const actor = core.actors.hold(conversationId);
  actor.followers += 1;
  const onClose = () => {
    actor.followers -= 1;
    if (actor.followers === 0) actor.holdMirror(undefined);
    core.actors.release(actor);
  };
  const follow = (start: Position | undefined) =>
    createFollower({
      place: placeOf(core, actor, 'conversation'),
      start: start ?? nowhere,
      scope: 'conversation',
      isLost: start === undefined,
      onClose,
    });
  try {
    if (turnId !== undefined) {
      return { isResync: false, follower: follow(await positionOfTurn(core, actor, turnId)) };
    }
    const parsed = cursor === undefined ? undefined : parseCursor(cursor);
    const found = parsed && (await positionAfterCursor(core, actor, parsed));
    const newest = { afterSeq: sinceSeq, limit: found ? 0 : snapshotChunks, newest: true };
    const standing = await readStanding(core, actor, newest);
    const behind = await positionAfterCommit(core, actor, standing, 'conversation');
    if (found !== undefined) {
      behind.release?.();
      return {
        isResync: false,
        snapshot: { ...view(standing, []), firstSeq: null },
        follower: follow(found),
      };
    }
    const chunks = newestWithin(standing.chunks, snapshotBytes);
    return {
      isResync: cursor !== undefined,
      snapshot: { ...view(standing, chunks), firstSeq: chunks[0]?.seq ?? null },
      follower: follow(behind),
    };
  } catch (error) {
    onClose();
    throw error;
  }
}

function newestWithin(chunks: readonly StoredChunk[], maxBytes: number): readonly StoredChunk[] {
  let bytes = 0;
  let first = chunks.length;
  while (first > 0) {
    bytes += Buffer.byteLength(chunks[first - 1]?.json ?? '');
    if (bytes > maxBytes && first < chunks.length) break;
    first -= 1;
  }
  return chunks.slice(first);
}

async function refuseUnknown(core: Core, conversationId: string): Promise<void> {
  const conversation = await core.store.readConversation(conversationId);
  if (conversation === undefined) throw conversationNotFound(conversationId);
}

export function conversationNotFound(conversationId: string): CodedError {
  return new CodedError('conversation-not-found', {
    message: `There is no conversation ${JSON.stringify(conversationId)}.`,
  });
}
