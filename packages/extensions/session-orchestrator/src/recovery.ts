import { type ClaimedTurn, isCodedError } from '@dispatch/contracts';
import type { RecordedCall, StepResponse, ToolResultChunk, TurnResume } from '@dispatch/kernel';
import type { ConversationActor } from './actors.ts';
import type { Core } from './core.ts';
import { failTurn, runToSeal } from './finish-turn.ts';
import { readHistory, readRange, readUserContent } from './history.ts';
import { LiveTurn } from './live-turn.ts';
import { renew } from './renewal.ts';

/** Event numbers of one owner: the next begins at the next multiple (WIRE.md section 1). */
const ownerStride = 2 ** 32;
/** Takeovers since the last commit after which a turn is given up. */
const maxAttempts = 10;
/** Claimed at once; the rest with the next round. */
const claimLimit = 500;

/** The first event number of the owner of this epoch. */
export function baseOf(epoch: number): number {
  return (epoch - 1) * ownerStride;
}

/** Takes over what no host runs: at start, what this one ran before, too. Rejects where the store does. */
export async function recover(core: Core): Promise<void> {
  // What a host claims whose own leases may be over it would have to give up at once.
  if (core.runtime.now() >= core.leasedUntil) await renew(core);
  for (;;) {
    const claimed = await claimTurns(core);
    await Promise.all(claimed.map((turn) => resumeTurn(core, turn)));
    // What was to be aborted between the claim and now no log could hear.
    if (claimed.length > 0) await renew(core);
    if (claimed.length < claimLimit) break;
  }
  for (const conversationId of await core.store.listStrandedQueues(claimLimit)) {
    if (core.actors.get(conversationId)?.live === undefined) {
      core.startQueued(conversationId);
    }
  }
}

/** There is a turn that nobody runs: this host and all others look for it at once. */
export function takeUp(core: Core): void {
  core.hosts.tell({ kind: 'released', host: core.options.hostId });
  recoverSoon(core);
}

export function recoverSoon(core: Core): void {
  if (core.isStopping) return;
  recover(core).catch((error: unknown) => {
    core.logger.warn('released turns could not be taken over yet', { error: String(error) });
  });
}

/**
 * One claim after the other, and `commitStart` waits too: a turn that comes to run here between the
 * list and the store's look at its turns would be taken from its own runner.
 */
async function claimTurns(core: Core): Promise<readonly ClaimedTurn[]> {
  while (core.claiming !== undefined) await core.claiming;
  const claim = core.store.claimTurns({
    owner: core.options.hostId,
    leaseMs: core.options.leaseMs,
    includeOwn: true,
    exceptTurnIds: [...core.localTurns],
    limit: claimLimit,
  });
  core.claiming = claim
    .then(
      (claimed) => {
        for (const { turnId } of claimed) core.localTurns.add(turnId);
      },
      () => {
        // Who asked for the claim hears of it.
      },
    )
    .then(() => {
      core.claiming = undefined;
    });
  return claim;
}

/** Goes on with a claimed turn. Resolves once its log can be followed; never rejects. */
async function resumeTurn(core: Core, claimed: ClaimedTurn): Promise<void> {
  const { conversationId, turnId } = claimed;
  try {
    await core.actors.use(conversationId, (actor) =>
      actor.exclusively(async () => {
        const { turn, committedSeq, isModelGone } = await rebuild(core, claimed, actor);
        open(core, claimed, actor, turn, committedSeq);
        if (claimed.isAbortRequested) turn.abort();
        if (claimed.attempts > maxAttempts) {
          void failTurn(core, turn, {
            code: 'turn-unrecoverable',
            message: `The turn was given up after it had brought its host down ${maxAttempts} times.`,
          });
        } else if (isModelGone) {
          void failTurn(core, turn, {
            code: 'provider-error',
            message: `The model ${claimed.model} is not among this host's any more.`,
          });
        } else {
          void runToSeal(core, turn);
        }
      }),
    );
  } catch (error) {
    // The claim stays ours and is found again by the next round.
    core.localTurns.delete(turnId);
    const isGone = isCodedError(error, 'conversation-not-found');
    const attributes = { conversationId, turnId, error: String(error) };
    if (isGone) core.logger.info('a turn was deleted before it could be taken up', attributes);
    else core.logger.error('a turn could not be taken up again', attributes);
  }
}

function open(
  core: Core,
  claimed: ClaimedTurn,
  actor: ConversationActor,
  turn: LiveTurn,
  committedSeq: number,
): void {
  const { conversationId, turnId, epoch, previousSeq } = claimed;
  actor.live = turn;
  actor.mayHaveQueued = true;
  turn.open({ conversationId, turnId, epoch }, committedSeq, {
    type: 'step-reset',
    stepId: `${turnId}#${claimed.stepsCommitted}`,
    reason: 'The host that ran this turn was lost; it goes on from its last commit.',
  });
  for (const mirror of core.hosts.mirrors) {
    if (mirror.turnId === turnId) mirror.continueHere(turn.log);
  }
  actor.link(turn.log);
  core.hosts.tell({
    kind: 'turn',
    host: core.options.hostId,
    conversationId,
    turnId,
    epoch,
    previousSeq,
  });
  core.logger.info('a turn is taken up again', {
    conversationId,
    turnId,
    attempt: claimed.attempts,
  });
}

async function rebuild(core: Core, claimed: ClaimedTurn, actor: ConversationActor) {
  const { store, blobs } = core;
  const { conversationId, turnId, previousSeq, messageSeq, settings } = claimed;
  const { lastSeq, running } = await store.readView({ conversationId, afterSeq: 0, limit: 0 });
  // A host that froze in between may read what the next owner has committed.
  if (running?.epoch !== claimed.epoch) throw new Error('another host has taken it over');
  const history = await readHistory(store, blobs, conversationId, lastSeq);
  const own = await store.readChunks({
    conversationId,
    afterSeq: previousSeq,
    throughSeq: messageSeq,
    limit: Math.max(1, messageSeq - previousSeq),
  });
  const message = own.length === 0 ? undefined : await readUserContent(own, blobs);
  const known = await core.models.resolve(claimed.model).catch(() => undefined);
  const model = known ?? (await core.models.resolve(undefined));
  const committed = await readRange(store, conversationId, messageSeq, lastSeq);
  const resume: TurnResume = {
    ...recordedResume(claimed),
    durationMs: Math.max(0, core.runtime.wallNow() - claimed.startedAt),
    committed: committed.map(({ chunk }) => chunk),
  };
  const log = core.logs.open({
    conversationId,
    turnId,
    base: baseOf(claimed.epoch),
    earlierOwnerFrom: claimed.eventNumber,
  });
  core.actors.hold(conversationId);
  const turn = new LiveTurn(core, { actor, log, model, settings, message, history, resume });
  return { turn, committedSeq: lastSeq, isModelGone: known === undefined };
}

/** Where the turn stands, from what was recorded of it. */
function recordedResume(claimed: ClaimedTurn): TurnResume {
  const { responseJson, usage } = claimed;
  return {
    stepIndex: claimed.stepsCommitted,
    ...(usage === undefined ? {} : { usage }),
    ...(responseJson === undefined ? {} : { response: parseResponse(responseJson) }),
    calls: claimed.calls.map(
      ({ callId, resultJson, steps = [] }): RecordedCall => ({
        callId,
        ...(resultJson === undefined ? {} : { result: parseResult(resultJson) }),
        steps: steps.map(({ name, json }) => ({ name, value: JSON.parse(json) })),
      }),
    ),
  };
}

/** Both were written by this package, before the calls that they record. */
function parseResponse(json: string): StepResponse {
  return JSON.parse(json);
}

function parseResult(json: string): ToolResultChunk {
  return JSON.parse(json);
}
