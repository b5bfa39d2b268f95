import type { ConversationActor } from './actors.ts';
import type { Core } from './core.ts';
import type { Cursor } from './cursor.ts';
import type { FollowPlace, Position } from './follower.ts';
import { Mirror, type MirrorStart } from './hosts/mirror.ts';
import { rebuildSealedLog } from './sealed-log.ts';
import { readStanding, type Standing } from './standing.ts';
import type { TurnLog } from './turn-log.ts';

/** How long another host may take to say whether it has what a reader wants. */
const answerMs = 2000;

/** Between two attempts to find out where a conversation stands. */
const pauseMs = 500;

/** Behind the last commit: of the running turn, or, for who follows the conversation, of all. */
export async function positionAfterCommit(
  core: Core,
  actor: ConversationActor,
  { running, lastSeq }: Standing,
  scope: 'turn' | 'conversation',
): Promise<Position> {
  if (running === undefined) {
    if (scope === 'turn') return { log: undefined, from: 0 };
    actor.standsAt(lastSeq);
    return { log: actor.newest, from: actor.newest.nextNumber };
  }
  const { turnId, commitNumber, log } = running;
  if (log !== undefined) {
    return { log, from: commitNumber + 1 };
  }
  const here = core.logs.get(turnId);
  if (here?.state === 'open') return { log: here, from: commitNumber + 1 };
  const wanted = { turnId, owner: running.owner, from: commitNumber + 1 };
  if (scope === 'conversation') await linkMirror(core, actor, wanted);
  const { position } = await mirrored(core, actor, wanted);
  return position;
}

/** Those who follow the conversation are told of this turn of another host's. */
export async function linkMirror(
  core: Core,
  actor: ConversationActor,
  wanted: Wanted,
): Promise<void> {
  const isLinked = () => actor.newest.turnId === wanted.turnId || actor.live !== undefined;
  if (core.isStopping || isLinked()) return;
  const mirror = mirrorOf(core, actor, wanted);
  actor.holdMirror(mirror);
  await mirror.started(answerMs);
  if (!isLinked()) actor.link(mirror.first);
}

/** Where to read on after a cursor; undefined: it is of no use. */
export async function positionAfterCursor(
  core: Core,
  actor: ConversationActor,
  { turnId, n }: Cursor,
): Promise<Position | undefined> {
  const { conversationId } = actor;
  const from = n + 1;
  const log = core.logs.get(turnId);
  if (log !== undefined && log.conversationId !== conversationId) return undefined;
  if (log !== undefined && from >= log.base && from <= log.nextNumber) {
    return from < log.firstNumber ? undefined : { log, from };
  }
  const record = await core.store.readTurn(conversationId, turnId);
  if (record === undefined) return undefined;
  const isCommitted = n <= record.eventNumber;
  if (log !== undefined && log.state !== 'moved') {
    if (from < log.base) return n >= log.earlierOwnerFrom ? { log, from: log.base } : undefined;
    if (from < log.firstNumber) return undefined;
    // Committed, and about to be told; or told by now.
    return from <= log.nextNumber || isCommitted ? { log, from } : undefined;
  }
  if (record.state === 'sealed' && n >= record.eventNumber) {
    const rebuilt = rebuildSealedLog(core, record);
    if (rebuilt === undefined || from > rebuilt.nextNumber) return undefined;
    return { log: rebuilt, from: Math.max(from, rebuilt.base) };
  }
  const { owner } = record;
  if (record.state === 'sealed' && (owner === '' || owner === core.options.hostId)) {
    return undefined;
  }
  const found = await mirrored(core, actor, { turnId, owner, from });
  // Of a turn that nobody runs all is told: whoever takes it up begins with the step under way.
  const isAtCommit = owner === '' ? n >= record.eventNumber : n === record.eventNumber;
  const isGood = found.start === 'good' || (found.start === 'no-answer' && isAtCommit);
  if (isGood) return found.position;
  found.position.release?.();
  return undefined;
}

/** All of a turn from its first event on; undefined: that is gone. */
export async function positionOfTurn(
  core: Core,
  actor: ConversationActor,
  turnId: string,
): Promise<Position | undefined> {
  const log = core.logs.get(turnId);
  if (log?.firstNumber === 0) return { log, from: 0 };
  return positionAfterCursor(core, actor, { turnId, n: -1 });
}

/** What a follower asks when it has lost its place, or its turn is not here any more. */
export function placeOf(
  core: Core,
  actor: ConversationActor,
  scope: 'turn' | 'conversation',
): FollowPlace {
  return {
    isOver: () => actor.isDeleted || core.stopSignal.aborted,
    pause: () => core.runtime.sleep(pauseMs, core.stopSignal),
    newest: () => actor.newest,
    onNewer: (callback) => actor.onNewer(callback),
    async afterCommit() {
      const standing = await readStanding(core, actor, { afterSeq: 0, limit: 0 });
      const position = await positionAfterCommit(core, actor, standing, scope);
      return { position, lastSeq: standing.lastSeq };
    },
    async elsewhere({ turnId }: TurnLog, next) {
      const wanted = { turnId, owner: '', from: next };
      const { position } = await mirrored(core, actor, wanted);
      return position;
    },
  };
}

export interface Wanted {
  readonly turnId: string;
  readonly owner: string;
  readonly from: number;
}

/** Reads a turn of another host's; the position has to be released. */
async function mirrored(
  core: Core,
  actor: ConversationActor,
  wanted: Wanted,
): Promise<{ readonly start: MirrorStart; readonly position: Position }> {
  // Who reads here comes back to another host.
  if (core.isStopping) return { start: 'no-answer', position: { log: undefined, from: 0 } };
  const mirror = mirrorOf(core, actor, wanted);
  const release = mirror.hold();
  const start = await mirror.started(answerMs);
  return { start, position: { log: mirror.first, from: wanted.from, release } };
}

/** The one that is there, where it has what is wanted; else a new one. */
function mirrorOf(core: Core, actor: ConversationActor, wanted: Wanted): Mirror {
  const { mirror } = actor;
  if (mirror?.turnId === wanted.turnId && mirror.covers(wanted.from)) return mirror;
  const { conversationId } = actor;
  const mirrorId = core.runtime.newId();
  const opened = new Mirror(core, { ...wanted, mirrorId, conversationId });
  core.hosts.opened(opened);
  if (mirror === undefined || mirror.isOver || mirror.turnId !== wanted.turnId) {
    actor.mirror = opened;
  }
  return opened;
}
