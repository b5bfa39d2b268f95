import {
  CodedError,
  type Conversation,
  type StartedTurn,
  type StartTurnRecord,
  type StartTurnRequest,
  type StartTurnResult,
  type TurnSettings,
} from '@dispatch/contracts';
import type { ContentPart, Message } from '@dispatch/kernel';
import type { ConversationActor } from './actors.ts';
import type { Core } from './core.ts';
import { failTurn, runToSeal } from './finish-turn.ts';
import { readHistory, readUserContent } from './history.ts';
import { LiveTurn } from './live-turn.ts';
import { findWorkspace, refuseUnknownPlaces } from './places.ts';
import { ownSettings, resolveMaxSteps, resolveSettings } from './turn-settings.ts';
import { keepImages, type PreparedInput, prepareInput } from './user-input.ts';

type Started = Extract<StartTurnResult, { outcome: 'started' }>;

/** Starts a turn (contract `Conversations.startTurn`). */
export async function startTurn(core: Core, request: StartTurnRequest): Promise<StartedTurn> {
  refuseWhileStopping(core);
  await refuseUnknownPlaces(core, request);
  const conversationId = request.conversationId ?? core.runtime.newId();
  return core.actors.use(conversationId, async (actor) => {
    if (actor.live !== undefined && request.idempotencyKey === undefined) {
      throw busy(conversationId);
    }
    return actor.exclusively(() => startExclusively(core, actor, request));
  });
}

async function startExclusively(
  core: Core,
  actor: ConversationActor,
  request: StartTurnRequest,
): Promise<StartedTurn> {
  const { store, runtime, models, options } = core;
  const { conversationId } = actor;
  if (actor.live !== undefined && request.idempotencyKey === undefined) throw busy(conversationId);
  core.logs.admit();
  const conversation =
    request.conversationId === undefined ? undefined : await store.readConversation(conversationId);
  if (conversation?.status === 'running' && request.idempotencyKey === undefined) {
    throw busy(conversationId);
  }
  const input =
    request.message === undefined
      ? undefined
      : await prepareInput(request.message, core.blobs, runtime);
  if (input === undefined) await refuseNothingToContinue(core, conversation);
  const workspaceId = conversation === undefined ? request.workspaceId : conversation.workspaceId;
  const workspace = await findWorkspace(core, workspaceId);
  const resolved = resolveSettings(request, conversation, workspace, options);
  const model = await models.resolve(resolved.model);
  const settings = {
    ...resolved,
    model: model.fullName,
    maxSteps: resolveMaxSteps(request.maxSteps, options.maxSteps),
  };
  const record: StartTurnRecord = {
    conversationId,
    turnId: runtime.newId(),
    create: {
      ...ownSettings(request),
      ...(request.workspaceId === undefined ? {} : { workspaceId: request.workspaceId }),
      ...(request.parentId === undefined ? {} : { parentId: request.parentId }),
    },
    settings,
    model: model.fullName,
    origin: request.origin ?? 'user',
    chunks: input?.chunks ?? [],
    ...(input === undefined ? {} : { blobIds: input.blobIds }),
    ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
    owner: options.hostId,
    leaseMs: options.leaseMs,
    at: runtime.wallNow(),
  };
  const plan = { core, actor, record, model, settings, input, madeAt: runtime.now() };
  const started = await (request.idempotencyKey === undefined
    ? startEarly(plan, conversation)
    : startCommitted(plan));
  if (started.outcome === 'busy') throw busy(conversationId);
  const isRepeated = started.outcome === 'repeated';
  const turnId = isRepeated ? started.turnId : record.turnId;
  return { conversationId, turnId, isRepeated };
}

interface TurnPlan {
  readonly core: Core;
  readonly actor: ConversationActor;
  readonly record: StartTurnRecord;
  readonly model: LiveTurn['options']['model'];
  readonly settings: TurnSettings & { readonly maxSteps: number };
  readonly input: PreparedInput | undefined;
  /** In `runtime.now` milliseconds: the turn's lease begins then or later. */
  readonly madeAt: number;
}

/**
 * Asks the provider while the message is being committed: nothing is told or written before it is,
 * and a start that is refused ends the request again.
 */
async function startEarly(
  plan: TurnPlan,
  conversation: Conversation | undefined,
): Promise<StartTurnResult> {
  const { core, record, actor } = plan;
  const knownSeq = conversation?.lastSeq ?? 0;
  actor.isStarting = true;
  const committing = commitStart(plan);
  committing.catch(() => {});
  let turn: LiveTurn | undefined;
  try {
    const history = await readHistory(core.store, core.blobs, record.conversationId, knownSeq);
    turn = createTurn(plan, plan.input?.content, history);
    const running = runToSeal(core, turn);
    const started = await committing;
    // Deleted meanwhile, the conversation is another one now, of the same name.
    const isOther = turn.options.actor.isDeleted;
    if (started.outcome !== 'started' || started.previousSeq !== knownSeq || isOther) {
      turn.abandon(new Error('the turn was not started from this history'));
      discard(core, turn);
      if (started.outcome === 'started') await runCommitted(plan, started);
      return started;
    }
    publish(plan, turn, started);
    void running;
    return started;
  } catch (error) {
    turn?.abandon(error);
    if (turn !== undefined) discard(core, turn);
    const started = await committing;
    // Committed, but its history could not be read: the turn is there and has to end.
    if (started.outcome === 'started') await runCommitted(plan, started);
    return started;
  } finally {
    actor.isStarting = false;
  }
}

/** Its log is nobody's: who found it looks elsewhere. */
function discard(core: Core, { log }: LiveTurn): void {
  log.close(core.runtime.now(), 'moved');
  core.logs.drop(log);
}

async function startCommitted(plan: TurnPlan): Promise<StartTurnResult> {
  plan.actor.isStarting = true;
  try {
    const started = await commitStart(plan);
    if (started.outcome === 'started') await runCommitted(plan, started);
    return started;
  } finally {
    plan.actor.isStarting = false;
  }
}

async function commitStart({ core, record, input }: TurnPlan): Promise<StartTurnResult> {
  if (input !== undefined) await keepImages(input.images, core.blobs, core.runtime);
  while (core.claiming !== undefined) await core.claiming;
  core.localTurns.add(record.turnId);
  try {
    const started = await core.store.startTurn(record);
    if (started.outcome !== 'started') core.localTurns.delete(record.turnId);
    return started;
  } catch (error) {
    // It may be committed all the same: whoever looks for turns without a runner finds it.
    core.localTurns.delete(record.turnId);
    throw error;
  }
}

/** Runs a turn whose start is committed, with what it took from the queue. Never rejects. */
async function runCommitted(plan: TurnPlan, started: Started): Promise<void> {
  const { core, record } = plan;
  const { store, blobs } = core;
  try {
    const taken = started.taken.flatMap(({ chunks }) => chunks);
    const content = [
      ...(plan.input?.content ?? []),
      ...(taken.length === 0 ? [] : await readUserContent(taken, blobs)),
    ];
    const history = await readHistory(store, blobs, record.conversationId, started.previousSeq);
    const turn = createTurn(plan, content.length === 0 ? undefined : content, history);
    publish(plan, turn, started);
    void runToSeal(core, turn);
  } catch (error) {
    core.logger.error('a turn was started but its history could not be read', {
      conversationId: record.conversationId,
      turnId: record.turnId,
      error: String(error),
    });
    const turn = createTurn(plan, undefined, []);
    publish(plan, turn, started);
    void failTurn(core, turn, {
      code: 'store-unavailable',
      message: 'The conversation could not be read from the store.',
    });
  }
}

function createTurn(
  { core, record, model, settings }: TurnPlan,
  message: readonly ContentPart[] | undefined,
  history: readonly Message[],
): LiveTurn {
  const { conversationId, turnId } = record;
  const log = core.logs.open({ conversationId, turnId, base: 0 });
  const actor = core.actors.hold(conversationId);
  return new LiveTurn(core, { actor, log, model, settings, message, history });
}

function publish(plan: TurnPlan, turn: LiveTurn, started: Started): void {
  const { core, record, model, madeAt } = plan;
  const { conversationId, turnId } = record;
  const { actor } = turn.options;
  actor.live = turn;
  // Its host froze on the way here.
  if (core.runtime.now() >= madeAt + record.leaseMs) turn.doubt();
  turn.log.previousSeq = started.previousSeq;
  turn.open({ conversationId, turnId, epoch: started.epoch }, started.lastSeq, {
    type: 'turn-start',
    model: model.fullName,
    committedSeq: started.lastSeq,
  });
  actor.link(turn.log);
  core.watch.changed(conversationId);
  core.hosts.tellChanged(conversationId);
  core.hosts.tell({
    kind: 'turn',
    host: core.options.hostId,
    conversationId,
    turnId,
    epoch: started.epoch,
    previousSeq: started.previousSeq,
  });
}

/** Starts one turn with all that waits in the queue, if anything does and no turn runs. Never rejects. */
export async function startQueued(core: Core, conversationId: string): Promise<void> {
  try {
    await core.actors.use(conversationId, (actor) =>
      actor.exclusively(async () => {
        if (actor.live !== undefined || core.isStopping) return;
        actor.mayHaveQueued = false;
        await startFromQueue(core, actor);
      }),
    );
  } catch (error) {
    core.logger.error('queued messages could not start their turn', {
      conversationId,
      error: String(error),
    });
  }
}

async function startFromQueue(core: Core, actor: ConversationActor): Promise<void> {
  const { store, runtime, models, options } = core;
  const { conversationId } = actor;
  const conversation = await store.readConversation(conversationId);
  const workspace = await findWorkspace(core, conversation?.workspaceId);
  const resolved = resolveSettings({}, conversation, workspace, options);
  const model = await models.resolve(resolved.model).catch(() => models.resolve(undefined));
  const settings = { ...resolved, model: model.fullName, maxSteps: options.maxSteps };
  const record: StartTurnRecord = {
    conversationId,
    turnId: runtime.newId(),
    settings,
    model: model.fullName,
    origin: 'user',
    chunks: [],
    takeQueue: true,
    owner: options.hostId,
    leaseMs: options.leaseMs,
    at: runtime.wallNow(),
  };
  const madeAt = runtime.now();
  await startCommitted({ core, actor, record, model, settings, input: undefined, madeAt });
}

export function refuseWhileStopping(core: Core): void {
  if (!core.isStopping) return;
  throw new CodedError('stopping', {
    message: 'The host is stopping and takes no new work.',
    hint: 'Ask again once it has started anew.',
  });
}

async function refuseNothingToContinue(
  core: Core,
  conversation: Conversation | undefined,
): Promise<void> {
  if (conversation !== undefined && conversation.lastSeq > 0) {
    const { conversationId, lastSeq } = conversation;
    const last = await core.store.readLastTurn(conversationId);
    if (last !== undefined && last.end?.finishReason !== 'stop') return;
    if (last === undefined) {
      // A fork has no turn of its own yet: cut off before an answer, it can go on.
      const [chunk] = await core.store.readChunks({
        conversationId,
        afterSeq: lastSeq - 1,
        limit: 1,
      });
      if (chunk !== undefined && chunk.role !== 'assistant') return;
    }
  }
  throw new CodedError('nothing-to-continue', {
    message: 'There is no message, and no turn that broke off before its end to go on with.',
    hint: '`message` may be left out only where the last turn did not end in `stop`.',
  });
}

function busy(conversationId: string): CodedError {
  return new CodedError('conversation-busy', {
    message: `A turn is running in the conversation ${conversationId}.`,
    hint: 'Queue the message (POST /conversations/:id/queue), abort the turn, or wait for its seal.',
  });
}
