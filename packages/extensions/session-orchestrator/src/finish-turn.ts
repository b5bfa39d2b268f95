import {
  isCodedError,
  type SealTurnRecord,
  type TurnEndRecord,
  type TurnLease,
} from '@dispatch/contracts';
import type { TurnOutcome } from '@dispatch/kernel';
import type { Core } from './core.ts';
import type { LiveTurn } from './live-turn.ts';

/** Waits between attempts to seal a turn while the store is away; the last one repeats. */
const sealDelaysMs = [200, 500, 1000, 2000, 5000];

/** Runs a live turn to its seal, and then what was queued behind it. Never rejects. */
export async function runToSeal(core: Core, turn: LiveTurn): Promise<void> {
  const outcome = await turn.run();
  if (turn.isMuted) return;
  const lease = await turn.lease;
  if (outcome.isSuspended) return suspendTurn(core, turn, lease);
  if (outcome.isEndCommitted) return sealed(core, turn, turn.log.committedSeq, false);
  return sealWhenPossible(core, turn, lease, outcome);
}

/** The turn is put away: whoever claims it next goes on with it; not while it waits for a person. */
export async function suspendTurn(core: Core, turn: LiveTurn, lease: TurnLease): Promise<void> {
  const { conversationId, turnId } = lease;
  let waitMs: number | undefined;
  try {
    waitMs = await core.approvals?.waitMs(conversationId, turnId);
    await core.store.releaseTurn(lease, waitMs);
  } catch (error) {
    core.logger.warn('a turn could not be released; its lease has to run out first', {
      conversationId,
      turnId,
      error: String(error),
    });
  }
  // Given up meanwhile, it may run here anew.
  if (turn.log.state !== 'moved') leave(core, turn);
  core.watch.changed(conversationId);
  core.hosts.tellChanged(conversationId);
  if (waitMs === undefined) core.takeUp();
  // An answer that came in between has found nobody to wake.
  else await wakeIfAnswered(core, conversationId, turnId);
}

async function wakeIfAnswered(core: Core, conversationId: string, turnId: string): Promise<void> {
  try {
    if ((await core.approvals?.waitMs(conversationId, turnId)) !== undefined) return;
    await wakeTurn(core, conversationId, turnId);
  } catch (error) {
    core.logger.warn('whether a turn still has to wait could not be asked', {
      conversationId,
      turnId,
      error: String(error),
    });
  }
}

/** What a turn waited for is there. Rejects where the store does: who answered asks again. */
export async function wakeTurn(core: Core, conversationId: string, turnId: string): Promise<void> {
  if (await core.store.wakeTurn(conversationId, turnId)) core.takeUp();
}

/**
 * Gives up a turn that is, or may be by now, another host's: what runs of it is stopped, nothing is
 * written, and its readers go on with whoever has it.
 */
export function loseTurn(core: Core, turn: LiveTurn, reason: string): void {
  if (turn.isMuted || turn.log.state !== 'open') return;
  const { conversationId } = turn.options.actor;
  core.logger.warn('a turn is given up', { conversationId, turnId: turn.turnId, reason });
  turn.abandon(new Error(reason));
  leave(core, turn);
}

/** Seals a turn whose end was not committed with its last step; as often as it takes. */
async function sealWhenPossible(
  core: Core,
  turn: LiveTurn,
  lease: TurnLease,
  outcome: Pick<TurnOutcome, 'finishReason' | 'usage' | 'durationMs' | 'contextSize' | 'error'>,
): Promise<void> {
  const { finishReason, usage, durationMs, contextSize, error } = outcome;
  const isUnsure = error?.code === 'store-unavailable';
  turn.doubt();
  let isUntold = false;
  let seal: SealTurnRecord = {
    lease,
    chunks: error === undefined ? [] : [errorChunk(error)],
    // `done` was told last.
    eventNumber: turn.log.nextNumber - 2,
    end: {
      finishReason,
      durationMs,
      ...(usage === undefined ? {} : { usage }),
      ...(contextSize === undefined ? {} : { contextSize }),
    },
    at: core.runtime.wallNow(),
  };
  for (let attempt = 0; !core.stopSignal.aborted; attempt += 1) {
    try {
      if (isUnsure) {
        seal = { ...seal, end: await endByStore(core, seal) };
        // The step that could not be committed is there all the same: no cursor up to here is good.
        isUntold = await hasUntoldCommit(core, turn);
        if (isUntold) seal = { ...seal, eventNumber: turn.log.nextNumber };
      }
      const { lastSeq, hasQueued } = await core.store.sealTurn(seal);
      if (hasQueued) turn.options.actor.mayHaveQueued = true;
      return sealed(core, turn, lastSeq, isUntold);
    } catch (failure) {
      if (!isCodedError(failure, 'store-unavailable')) {
        return lost(core, turn, lease, failure);
      }
      if (attempt === 0) turn.log.breakOff();
      const delay = sealDelaysMs[Math.min(attempt, sealDelaysMs.length - 1)] ?? 0;
      await core.runtime.sleep(delay, core.stopSignal);
    }
  }
  leave(core, turn);
}

async function hasUntoldCommit(core: Core, { log }: LiveTurn): Promise<boolean> {
  const record = await core.store.readTurn(log.conversationId, log.turnId);
  return record !== undefined && record.eventNumber > log.commitNumber;
}

/** A turn's usage is that of its committed steps, and those the store knows. */
async function endByStore(core: Core, { lease, end }: SealTurnRecord): Promise<TurnEndRecord> {
  const { conversationId, turnId } = lease;
  const { finishReason, durationMs } = end;
  const record = await core.store.readTurn(conversationId, turnId);
  const turns = await core.store.readTurnMetrics(conversationId);
  const last = turns.find((turn) => turn.turnId === turnId)?.steps.at(-1)?.usage;
  return {
    finishReason,
    durationMs,
    ...(record?.usage === undefined ? {} : { usage: record.usage }),
    ...(last === undefined ? {} : { contextSize: last.inputTokens + last.outputTokens }),
  };
}

/** Ends a turn that can not be run: tells the error, `done`, and seals it. Never rejects. */
export async function failTurn(
  core: Core,
  turn: LiveTurn,
  error: { readonly code: string; readonly message: string },
): Promise<void> {
  const lease = await turn.lease;
  turn.tell({ type: 'error', error: { ...error, retryable: false } });
  turn.tell({ type: 'done', finishReason: 'error', durationMs: 0 });
  await sealWhenPossible(core, turn, lease, {
    finishReason: 'error',
    durationMs: 0,
    error: { ...error, retryable: false },
  });
}

/** The seal was refused: sealed by a commit whose answer was lost, or another owner's by now. */
async function lost(core: Core, turn: LiveTurn, lease: TurnLease, failure: unknown): Promise<void> {
  const { conversationId, turnId } = lease;
  const record = await core.store.readTurn(conversationId, turnId).catch(() => undefined);
  if (record?.state === 'sealed' && record.epoch === lease.epoch) {
    const isUntold = record.eventNumber > turn.log.commitNumber;
    return sealed(core, turn, record.lastSeq ?? turn.log.committedSeq, isUntold);
  }
  const attributes = { conversationId, turnId, error: String(failure) };
  core.logger.error('a turn was lost to another owner', attributes);
  leave(core, turn);
}

/** `isUntold`: history has more than the readers were told, and they have to read it again. */
function sealed(core: Core, turn: LiveTurn, lastSeq: number, isUntold: boolean): void {
  const { actor } = turn.options;
  turn.log.committedSeq = lastSeq;
  if (!isUntold) turn.tell({ type: 'turn-sealed', lastSeq });
  turn.log.commitNumber = turn.log.nextNumber - 1;
  // Where the seal's answer was late the next turn may run already.
  if (actor.live === turn) actor.live = undefined;
  core.localTurns.delete(turn.turnId);
  turn.log.close(core.runtime.now(), isUntold ? 'cut-off' : 'closed');
  core.logs.seal(turn.log);
  turn.end();
  core.watch.changed(actor.conversationId);
  core.hosts.tellChanged(actor.conversationId);
  if (actor.mayHaveQueued && !core.isStopping) core.startQueued(actor.conversationId);
}

/** The turn goes on elsewhere, or after a restart: its readers are led on, or come back with their cursors. */
function leave(core: Core, turn: LiveTurn): void {
  const { actor } = turn.options;
  if (actor.live === turn) actor.live = undefined;
  core.localTurns.delete(turn.turnId);
  turn.log.close(core.runtime.now(), 'moved');
  core.logs.seal(turn.log);
  turn.end();
}

function errorChunk(error: { readonly code: string; readonly message: string }) {
  const { code, message } = error;
  return { role: 'assistant', json: JSON.stringify({ type: 'error', code, message }) } as const;
}
