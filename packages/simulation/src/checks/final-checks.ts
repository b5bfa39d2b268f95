import type { MemoryDatabase } from '@dispatch/conformance/fakes';
import type { ConversationInspection } from '@dispatch/contracts';
import { compareWithHistory } from '@dispatch/invariants';
import type { Audience } from '../clients/audience.ts';
import type { Mirror } from '../clients/mirror.ts';
import { doneWord } from '../extensions/simulated-tools.ts';
import type { Effects } from '../model/effects.ts';
import type { SentMessage, SentMessages } from '../model/sent-message.ts';
import type { World } from '../world/world.ts';
import type { StoreWatch } from './store-watch.ts';

export interface Ended {
  readonly world: World;
  readonly database: MemoryDatabase;
  readonly sent: SentMessages;
  readonly effects: Effects;
  readonly watch: StoreWatch;
  /** After so long an acknowledged abort has reached the turn's host; 0: it was there at once. */
  readonly abortReachesMs: number;
  /** By conversation. */
  readonly audiences: ReadonlyMap<string, Audience>;
}

interface Chunk {
  readonly type: string;
  readonly text?: string;
  readonly callId?: string;
  readonly stepId?: string;
  readonly name?: string;
  readonly isError?: boolean;
  readonly interrupted?: boolean;
  readonly content?: readonly { readonly text?: string }[];
}

interface Committed {
  readonly seq: number;
  readonly turnId: string;
  readonly role: string;
  readonly chunk: Chunk;
}

/** Holds what is there at the end against what clients were told and what tools did. */
export function checkTheEnd(ended: Ended): void {
  for (const conversationId of ended.audiences.keys()) {
    const inspection = ended.database.inspect(conversationId);
    ended.world.checks += 1;
    const history = (inspection?.chunks ?? []).map(
      ({ json, seq, turnId, role }): Committed => ({ seq, turnId, role, chunk: JSON.parse(json) }),
    );
    const sent = ended.sent.all.filter((one) => one.conversationId === conversationId);
    if (inspection !== undefined) {
      ended.watch.check(inspection);
      checkTurns(ended, inspection);
    }
    checkMessages(ended, conversationId, sent, history, inspection);
    checkOrder(ended, sent, history);
    checkEffects(ended, history);
    if (ended.sent.isDeleted(conversationId)) continue;
    const { followers = [], readers = [] } = ended.audiences.get(conversationId) ?? {};
    for (const mirror of [...followers, ...readers]) checkTold(ended, mirror, inspection);
    for (const mirror of followers) checkAllTold(ended, mirror, history);
  }
}

function checkTurns(ended: Ended, { turns, queue }: ConversationInspection): void {
  const { world, sent, watch, abortReachesMs } = ended;
  for (const { turnId, state } of turns) {
    if (state !== 'sealed') world.violated('turn-sealed', `${turnId} still runs`);
    const abortedAt = sent.aborts.get(turnId);
    if (abortedAt === undefined) continue;
    const later = watch.commitsAfter(turnId, abortedAt + abortReachesMs);
    if (later > 1) world.violated('abort-stops', `${turnId} went on for ${later} steps`);
  }
  if (queue.length > 0) world.violated('queue-delivered', `${queue.length} messages still wait`);
}

/** Each acknowledged message once, in a turn that is sealed; each other at most once. */
function checkMessages(
  { world, sent: { deletions } }: Ended,
  conversationId: string,
  sent: readonly SentMessage[],
  history: readonly Committed[],
  inspection: ConversationInspection | undefined,
): void {
  const found = Map.groupBy(
    history.filter(({ role }) => role === 'user'),
    ({ chunk }) => chunk.text ?? '',
  );
  const removals = deletions.filter((one) => one.conversationId === conversationId);
  const turnIds = new Set(inspection?.turns.map(({ turnId }) => turnId));
  for (const message of sent) {
    const { text, state, removal, acknowledgedAt = 0 } = message;
    const chunks = found.get(text) ?? [];
    found.delete(text);
    const count = chunks.length;
    const say = (rule: string) =>
      world.violated(
        rule,
        `${text} (${message.kind}, ${state}, ${removal ?? 'kept'}) is there ${count} times`,
      );
    if (count > 1) say('message-once');
    if (state === 'refused' && count > 0) say('refused-message-absent');
    if (removal === 'done' && count > 0) say('taken-back-message-absent');
    const isDeleted = removals.some(
      ({ askedAt, isAnswered }) => isAnswered && acknowledgedAt < askedAt,
    );
    if (state === 'acknowledged' && isDeleted && count > 0) say('deleted-message-absent');
    if (state !== 'acknowledged' || removal !== undefined || removals.length > 0) continue;
    if (count !== 1) say('acknowledged-message-kept');
    const turnId = message.turnId;
    if (turnId === undefined || chunks[0] === undefined) continue;
    if (chunks[0].turnId !== turnId || !turnIds.has(turnId)) {
      world.violated('message-in-its-turn', `${text} is in ${chunks[0].turnId}, not in ${turnId}`);
    }
  }
  for (const [text] of found)
    world.violated('message-known', `nobody sent ${JSON.stringify(text)}`);
}

/** A message that was acknowledged before another was sent comes before it. */
function checkOrder(
  { world }: Ended,
  sent: readonly SentMessage[],
  history: readonly Committed[],
): void {
  const seqs = new Map(
    history.filter(({ role }) => role === 'user').map(({ seq, chunk }) => [chunk.text, seq]),
  );
  for (const earlier of sent) {
    for (const later of sent) {
      if (earlier.kind !== later.kind || earlier.acknowledgedAt === undefined) continue;
      if (earlier.acknowledgedAt >= later.sentAt) continue;
      const first = seqs.get(earlier.text);
      const second = seqs.get(later.text);
      if (first === undefined || second === undefined || first < second) continue;
      world.violated('messages-in-order', `${later.text} came before ${earlier.text}`);
    }
  }
}

/** What a result says happened, and what happened. */
function checkEffects({ world, effects }: Ended, history: readonly Committed[]): void {
  for (const { chunk, turnId } of history) {
    if (chunk.type !== 'tool-result' || chunk.callId === undefined) continue;
    const log = effects.get(turnId, chunk.callId);
    const happened = log?.happened ?? 0;
    const isDone = chunk.content?.[0]?.text === `${doneWord} ${chunk.callId}`;
    const say = (rule: string) =>
      world.violated(
        rule,
        `${chunk.name} ${chunk.callId} happened ${happened} times: ${JSON.stringify(chunk)}`,
      );
    if (isDone && happened === 0) say('done-call-happened');
    if (!isDone && chunk.interrupted !== true && happened > 0) say('failed-call-did-nothing');
  }
  for (const { tool, effect, callId, happened } of effects.all()) {
    if (effect !== 'unsafe' || happened <= 1) continue;
    world.violated('unsafe-effect-once', `${tool} ${callId} happened ${happened} times`);
  }
}

/** What a client was told is what was committed. */
function checkTold(
  { world }: Ended,
  mirror: Mirror,
  inspection: ConversationInspection | undefined,
): void {
  for (const { message, code } of compareWithHistory(mirror.checker, inspection?.chunks ?? [])) {
    world.violated(`stream:${code}`, `${mirror.name}: ${message}`);
  }
}

/** What was committed a follower was told. */
function checkAllTold({ world }: Ended, mirror: Mirror, history: readonly Committed[]): void {
  const { name, covered, messages, starts, fromSeq = Number.POSITIVE_INFINITY } = mirror;
  for (const { chunk, seq, turnId, role } of history) {
    if (seq <= fromSeq) continue;
    const isTold =
      role === 'user'
        ? messages.has(chunk.text ?? '') || seq <= (starts.get(turnId) ?? 0)
        : chunk.stepId === undefined || covered.has(chunk.stepId);
    if (isTold) continue;
    world.violated('told-all', `${name} was never told of ${chunk.stepId ?? chunk.text}`);
    return;
  }
}
