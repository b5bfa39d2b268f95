import { type AskingTurn, isCodedError, type Runtime } from '@dispatch/contracts';
import type { AskAnswer, CallDecision, ToolCallView } from '@dispatch/kernel';
import { formatApprovalId, placeOf } from './approval-id.ts';
import { type ApprovalStore, maxOpen } from './approval-store.ts';
import { answerContent } from './resolution-of.ts';
import { type FoundApproval, newApproval, requestFields } from './stored-approval.ts';
import { Wait, type Waiters } from './waiters.ts';

export type AskDecision = Extract<CallDecision, { decision: 'ask' }>;

export interface AskingOptions {
  readonly store: ApprovalStore;
  readonly waiters: Waiters;
  readonly runtime: Runtime;
  /** How long an answer is waited for in memory. */
  readonly holdMs: number;
  readonly expiresMs: number;
  /** Fires when the host stops. */
  readonly signal: AbortSignal;
  /** The rules of now allow the call, whatever they said when it was asked for. */
  isAllowed(call: ToolCallView): Promise<boolean>;
  /** The call may run because of this approval. Called before each answer that says so. */
  onAllowed(call: ToolCallView, found: FoundApproval): Promise<void>;
}

/** Asks for a call, or goes on with what was asked for it: the contract's `ask`. */
export async function ask(
  options: AskingOptions,
  call: ToolCallView,
  question: AskDecision,
  turn: AskingTurn,
): Promise<AskAnswer> {
  const place = placeOf(call, question.kind ?? 'consent');
  const known = await options.store.read(place);
  const found = known ?? (await create(options, call, question, turn));
  if ('decision' in found) return found;
  if (found.approval.resolution !== undefined) return take(options, call, found, turn);
  const isReopened = known !== undefined && found.approval.kind === 'consent';
  const answered =
    isReopened && (await options.isAllowed(call))
      ? (await options.store.resolve(found, { decision: 'allow', by: 'rule' })).found
      : await waitForEnd(options, found, turn);
  return answered === undefined ? { decision: 'suspend' } : take(options, call, answered, turn);
}

async function create(
  { store, runtime, expiresMs }: AskingOptions,
  call: ToolCallView,
  { kind = 'consent', reason, proposedRule, questions }: AskDecision,
  turn: AskingTurn,
): Promise<FoundApproval | AskAnswer> {
  const { stepId, callId, name, input } = call;
  const stepIndex = Number(/#(\d+)$/.exec(stepId)?.[1] ?? 0);
  if (turn.signal.aborted) {
    return turn.isAborted()
      ? { decision: 'deny', reason: 'The turn was aborted.' }
      : { decision: 'suspend' };
  }
  if ((await store.open(call)).length >= maxOpen) {
    return {
      decision: 'deny',
      reason: `${maxOpen} questions of this turn wait for a person already.`,
    };
  }
  const approval = newApproval({
    ...{ stepIndex, callId, name, kind, reason, input, expiresAt: runtime.wallNow() + expiresMs },
    ...(proposedRule === undefined ? {} : { proposedRule }),
    ...(questions === undefined ? {} : { questions }),
  });
  return store.create(placeOf(call, kind), approval);
}

/** Tells the question and waits a short while; undefined where nobody has answered by then. */
async function waitForEnd(
  options: AskingOptions,
  open: FoundApproval,
  turn: AskingTurn,
): Promise<FoundApproval | undefined> {
  const { store, waiters, runtime, holdMs } = options;
  const approvalId = formatApprovalId(open.place);
  const endsAt = runtime.now() + holdMs;
  const wait = new Wait(options, turn.signal);
  const stopListening = waiters.add(approvalId, () => wait.wake());
  try {
    turn.tell(requestFields(approvalId, open.approval));
    for (let found: FoundApproval | undefined = open; found !== undefined; ) {
      if (found.approval.resolution !== undefined) return found;
      const leftMs = found.approval.expiresAt - runtime.wallNow();
      if (leftMs <= 0) {
        return (await store.resolve(found, { decision: 'expired', by: 'timeout' })).found;
      }
      if (turn.signal.aborted) {
        if (!turn.isAborted()) return undefined;
        return (await store.resolve(found, { decision: 'aborted', by: 'host' })).found;
      }
      if (runtime.now() >= endsAt || options.signal.aborted) return undefined;
      await wait.sleep(Math.min(endsAt - runtime.now(), leftMs));
      found = await store.read(open.place);
    }
    return undefined;
  } catch (error) {
    // It is stored: who takes the turn up asks again.
    if (isCodedError(error, 'store-unavailable')) return undefined;
    throw error;
  } finally {
    stopListening();
  }
}

/** Hands the answer to the turn, which it then no longer waits for. */
async function take(
  options: AskingOptions,
  call: ToolCallView,
  found: FoundApproval,
  turn: AskingTurn,
): Promise<AskAnswer> {
  const { approval, place } = found;
  const { resolution } = approval;
  if (resolution === undefined) return { decision: 'suspend' };
  const { decision, by, reason, answers } = resolution;
  if (decision === 'allow' || decision === 'always') await options.onAllowed(call, found);
  if (approval.isTaken !== true) await options.store.take(found);
  turn.tell({ type: 'approval-resolved', approvalId: formatApprovalId(place), decision, by });
  if (answers !== undefined)
    return { decision: 'answer', content: answerContent(approval, answers) };
  switch (decision) {
    case 'deny':
      return { decision, reason: reason ?? 'A person said no, without a reason.' };
    case 'expired':
      return { decision: 'deny', reason: `Nobody answered within ${wordsOf(options.expiresMs)}.` };
    case 'aborted':
      return { decision: 'deny', reason: 'The turn was aborted.' };
    default:
      return { decision: 'allow' };
  }
}

function wordsOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes >= 1 ? `${minutes} min` : `${ms} ms`;
}
