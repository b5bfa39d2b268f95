import type { ClaimedTurn } from '@dispatch/contracts';
import type { RecordedCall, StepResponse, ToolResultChunk } from '@dispatch/kernel';
import type { Core } from './core.ts';
import { failTurn, runToSeal } from './finish-turn.ts';
import { readHistory, readUserContent } from './history.ts';
import { LiveTurn } from './live-turn.ts';

/** Event numbers of one owner: the next begins at the next multiple (WIRE.md section 1). */
const ownerStride = 2 ** 32;
/** Takeovers since the last commit after which a turn is given up. */
const maxAttempts = 10;
/** Claimed at once; the rest with the next round. */
const claimLimit = 500;

/** Takes over what no host runs: at start, what this one ran before, too. Rejects where the store does. */
export async function recover(core: Core): Promise<void> {
  for (;;) {
    const claimed = await core.store.claimTurns({
      owner: core.options.hostId,
      leaseMs: core.options.leaseMs,
      includeOwn: true,
      exceptTurnIds: [...core.localTurns],
      limit: claimLimit,
    });
    for (const turn of claimed) core.localTurns.add(turn.turnId);
    await Promise.all(claimed.map((turn) => resumeTurn(core, turn)));
    if (claimed.length < claimLimit) break;
  }
  for (const conversationId of await core.store.listStrandedQueues(claimLimit)) {
    if (core.actors.get(conversationId)?.live === undefined) {
      core.startQueued(conversationId);
    }
  }
}

/** Goes on with a claimed turn. Resolves once its log can be followed; never rejects. */
async function resumeTurn(core: Core, claimed: ClaimedTurn): Promise<void> {
  try {
    await core.actors.use(claimed.conversationId, (actor) =>
      actor.exclusively(async () => {
        const { turn, committedSeq, isModelGone } = await rebuild(core, claimed, actor);
        const { conversationId, turnId, epoch } = claimed;
        actor.live = turn;
        actor.mayHaveQueued = true;
        turn.open({ conversationId, turnId, epoch }, committedSeq, {
          type: 'step-reset',
          stepId: `${turnId}#${claimed.stepsCommitted}`,
          reason: 'The host that ran this turn was lost; it goes on from its last commit.',
        });
        actor.link(turn.log);
        core.logger.info('a turn is taken up again', {
          conversationId,
          turnId,
          attempt: claimed.attempts,
        });
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
    core.localTurns.delete(claimed.turnId);
    core.logger.error('a turn could not be taken up again', {
      turnId: claimed.turnId,
      error: String(error),
    });
  }
}

async function rebuild(core: Core, claimed: ClaimedTurn, actor: LiveTurn['options']['actor']) {
  const { store, blobs } = core;
  const { conversationId, turnId, previousSeq, messageSeq } = claimed;
  const conversation = await store.readConversation(conversationId);
  const committedSeq = conversation?.lastSeq ?? messageSeq;
  const history = await readHistory(store, blobs, conversationId, committedSeq);
  const own =
    messageSeq > previousSeq
      ? await store.readChunks({
          conversationId,
          afterSeq: previousSeq,
          throughSeq: messageSeq,
          limit: messageSeq - previousSeq,
        })
      : [];
  const message = own.length === 0 ? undefined : await readUserContent(own, blobs);
  const known = await core.models.resolve(claimed.model).catch(() => undefined);
  const model = known ?? (await core.models.resolve(undefined));
  const log = core.logs.open({
    conversationId,
    turnId,
    base: (claimed.epoch - 1) * ownerStride,
    earlierOwnerFrom: claimed.eventNumber,
  });
  core.actors.hold(conversationId);
  const resume = {
    stepIndex: claimed.stepsCommitted,
    ...(claimed.usage === undefined ? {} : { usage: claimed.usage }),
    durationMs: Math.max(0, core.runtime.wallNow() - claimed.startedAt),
    ...(claimed.responseJson === undefined
      ? {}
      : { response: parseResponse(claimed.responseJson) }),
    calls: claimed.calls.map(
      ({ callId, resultJson }): RecordedCall => ({
        callId,
        ...(resultJson === undefined ? {} : { result: parseResult(resultJson) }),
      }),
    ),
  };
  const { settings } = claimed;
  const turn = new LiveTurn(core, { actor, log, model, settings, message, history, resume });
  return { turn, committedSeq, isModelGone: known === undefined };
}

/** Both were written by this package, before the calls that they record. */
function parseResponse(json: string): StepResponse {
  return JSON.parse(json);
}

function parseResult(json: string): ToolResultChunk {
  return JSON.parse(json);
}

/** Keeps leases alive and takes over what was lost, until the orchestrator stops. Never rejects. */
export async function maintain(core: Core): Promise<void> {
  const { runtime, store, options, logs } = core;
  let rounds = 0;
  while (!core.stopSignal.aborted) {
    await runtime.sleep(options.leaseMs / 3, core.stopSignal);
    if (core.stopSignal.aborted) return;
    logs.expire(runtime.now());
    try {
      await store.renewLeases(options.hostId, options.leaseMs);
      if (!core.isStopping) await recover(core);
      if (rounds % keyRounds === 0) {
        await store.dropIdempotencyKeys(runtime.wallNow() - keyLifetimeMs);
      }
      rounds += 1;
    } catch (error) {
      core.logger.warn('leases could not be renewed', { error: String(error) });
    }
  }
}

/** An idempotency key is good for 24 h (WIRE.md section 4); old ones are looked for once in so many rounds. */
const keyLifetimeMs = 24 * 60 * 60 * 1000;
const keyRounds = 1000;
