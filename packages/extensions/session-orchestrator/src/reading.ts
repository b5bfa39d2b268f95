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
import { type Cursor, formatCursor, parseCursor } from './cursor.ts';
import { createFollower, type FollowPlace } from './follower.ts';
import { rebuildSealedLog } from './sealed-log.ts';
import type { TurnLog } from './turn-log.ts';

/** A snapshot holds the newest 1,000 chunks, 4 MiB at most, but at least one (WIRE.md section 5). */
const snapshotChunks = 1000;
const snapshotBytes = 4 * 1024 * 1024;

interface Mark {
  readonly log: TurnLog | undefined;
  readonly committedSeq: number;
  readonly commitNumber: number;
}

/** Contract `Conversations.readMessages`. */
export function readMessages(core: Core, query: MessageQuery): Promise<MessageView> {
  const { conversationId, sinceSeq, limit } = query;
  return core.actors.use(conversationId, async (actor) => {
    const { mark, chunks } = await readConsistently(core, actor, (throughSeq) =>
      core.store.readChunks({ conversationId, afterSeq: sinceSeq, throughSeq, limit }),
    );
    return view(chunks, mark);
  });
}

/**
 * Reads chunks up to what the running turn's log has told as committed, so that the chunks and then
 * the events after the mark are each piece once. Where a turn starts meanwhile it reads again.
 */
async function readConsistently(
  core: Core,
  actor: ConversationActor,
  read: (throughSeq: number) => Promise<readonly StoredChunk[]>,
): Promise<{ mark: Mark; chunks: readonly StoredChunk[] }> {
  for (;;) {
    if (actor.isStarting) await actor.settled();
    const running = actor.live?.log;
    if (running !== undefined) {
      const { committedSeq, commitNumber } = running;
      const mark = { log: running, committedSeq, commitNumber };
      return { mark, chunks: await read(committedSeq) };
    }
    const { newest } = actor;
    const conversation = await core.store.readConversation(actor.conversationId);
    if (conversation === undefined) throw conversationNotFound(actor.conversationId);
    const chunks = await read(conversation.lastSeq);
    if (actor.isStarting || actor.live !== undefined || actor.newest !== newest) continue;
    return {
      mark: { log: undefined, committedSeq: conversation.lastSeq, commitNumber: -1 },
      chunks,
    };
  }
}

function view(chunks: readonly StoredChunk[], mark: Mark): MessageView {
  const { log, committedSeq, commitNumber } = mark;
  return {
    chunks,
    lastSeq: committedSeq,
    activeTurn:
      log === undefined
        ? null
        : { turnId: log.turnId, cursor: formatCursor(log.turnId, Math.max(0, commitNumber)) },
  };
}

/** Contract `Conversations.followTurn`. */
export async function followTurn(
  core: Core,
  request: FollowTurnRequest,
): Promise<Follower | undefined> {
  const { conversationId } = request;
  const actor = core.actors.hold(conversationId);
  try {
    const found = await findPlace(core, actor, request);
    if (found === undefined) {
      core.actors.release(actor);
      return undefined;
    }
    return createFollower({
      place: placeOf(core, actor),
      ...found,
      scope: 'turn',
      onClose: () => core.actors.release(actor),
    });
  } catch (error) {
    core.actors.release(actor);
    throw error;
  }
}

interface Found {
  readonly log: TurnLog | undefined;
  readonly from: number;
  readonly isLost: boolean;
}

const lost: Found = { log: undefined, from: 0, isLost: true };

async function findPlace(
  core: Core,
  actor: ConversationActor,
  request: FollowTurnRequest,
): Promise<Found | undefined> {
  const { conversationId, turnId, cursor } = request;
  if (turnId !== undefined) {
    const log = core.logs.get(turnId);
    return log === undefined ? lost : { log, from: log.base, isLost: false };
  }
  if (actor.isStarting) await actor.settled();
  if (actor.live === undefined) await refuseUnknown(core, conversationId);
  if (cursor === undefined) {
    const log = actor.live?.log;
    return log && { log, from: log.commitNumber + 1, isLost: false };
  }
  const parsed = parseCursor(cursor);
  const found = parsed === undefined ? lost : await findCursor(core, conversationId, parsed);
  const isAtEnd =
    found.log !== undefined && found.log.state === 'closed' && found.from >= found.log.nextNumber;
  return isAtEnd ? undefined : found;
}

/** Where to read on after a cursor. */
async function findCursor(core: Core, conversationId: string, cursor: Cursor): Promise<Found> {
  const log =
    core.logs.get(cursor.turnId) ?? (await rebuildSealedLog(core, conversationId, cursor.turnId));
  if (log === undefined || log.conversationId !== conversationId) return lost;
  if (cursor.n < log.base) {
    return cursor.n >= log.earlierOwnerFrom ? { log, from: log.base, isLost: false } : lost;
  }
  const from = cursor.n + 1;
  if (from < log.firstNumber || from > log.nextNumber) return lost;
  return { log, from, isLost: false };
}

/** Contract `Conversations.subscribe`. */
export async function subscribe(core: Core, request: SubscribeRequest): Promise<Subscription> {
  const { conversationId, sinceSeq = 0 } = request;
  const actor = core.actors.hold(conversationId);
  const onClose = () => core.actors.release(actor);
  const place = placeOf(core, actor);
  const scope = 'conversation';
  try {
    if (request.turnId !== undefined) {
      const log = core.logs.get(request.turnId);
      const found = log === undefined ? lost : { log, from: log.base, isLost: false };
      const follower = createFollower({ place, ...found, scope, onClose });
      return { isResync: false, follower };
    }
    if (actor.isStarting) await actor.settled();
    if (actor.live === undefined) await refuseUnknown(core, conversationId);
    const parsed = request.cursor === undefined ? undefined : parseCursor(request.cursor);
    const found = parsed === undefined ? lost : await findCursor(core, conversationId, parsed);
    if (found.log !== undefined) {
      const follower = createFollower({ place, ...found, scope, onClose });
      const { mark } = await readConsistently(core, actor, async () => []);
      return { isResync: false, snapshot: { ...view([], mark), firstSeq: null }, follower };
    }
    const read = await readConsistently(core, actor, (throughSeq) =>
      core.store.readChunks({
        conversationId,
        afterSeq: sinceSeq,
        throughSeq,
        limit: snapshotChunks,
        newest: true,
      }),
    );
    const { mark } = read;
    const log = mark.log ?? actor.newest;
    const from = mark.log === undefined ? log.nextNumber : mark.commitNumber + 1;
    const chunks = newestWithin(read.chunks, snapshotBytes);
    return {
      isResync: request.cursor !== undefined,
      snapshot: { ...view(chunks, mark), firstSeq: chunks[0]?.seq ?? null },
      follower: createFollower({ place, log, from, scope, onClose }),
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

function placeOf(core: Core, actor: ConversationActor): FollowPlace {
  return {
    running: () => actor.live?.log,
    newest: () => actor.newest,
    async lastSeq() {
      const conversation = await core.store
        .readConversation(actor.conversationId)
        .catch(() => undefined);
      return conversation?.lastSeq ?? actor.newest.committedSeq;
    },
  };
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
