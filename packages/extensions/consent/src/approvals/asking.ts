import { type AskingTurn, isCodedError, type Runtime } from '@dispatch/contracts';
import type { AskAnswer, CallDecision, ToolCallView } from '@dispatch/kernel';
import { formatApprovalId, placeOf } from './approval-id.ts';
import { maxOpen } from './approval-store.ts';
import { answerContent } from './resolution-of.ts';
import { type SettlingOptions, settle } from './settling.ts';
import {
  type FoundApproval,
  newApproval,
  type Resolution,
  requestFields,
} from './stored-approval.ts';
import { Wait, type Waiters } from './waiters.ts';

export type AskDecision = Extract<CallDecision, { decision: 'ask' }>;

export interface AskingOptions extends SettlingOptions {
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
  const isReopened = known !== undefined && found.approval.kind === 'consent';
  try {
    const ended =
      isReopened && isOpen(found) && (await options.isAllowed(call))
        ? await end(options, found, { decision: 'allow', by: 'rule' }, turn)
        : await waitForEnd(options, found, turn);
    if (ended === undefined || isGivenUp(turn)) return { decision: 'suspend' };
    return await take(options, call, ended, turn);
  } catch (error) {
    // It is stored: who takes the turn up asks again.
    if (isCodedError(error, 'store-unavailable')) return { decision: 'suspend' };
    throw error;
  }
}

/** The turn goes on elsewhere: what is asked for it, and what was answered, is no longer this host's. */
function isGivenUp(turn: AskingTurn): boolean {
  return turn.signal.aborted && !turn.isAborted();
}

function isOpen({ approval }: FoundApproval): boolean {
  return approval.resolution === undefined;
}

/**
 * Ends the question without a person, and tells of it: the host may not know yet that the turn waits
 * elsewhere. Undefined where it knows.
 */
async function end(
  options: AskingOptions,
  found: FoundApproval,
  resolution: Resolution,
  turn: AskingTurn,
): Promise<FoundApproval | undefined> {
  return isGivenUp(turn) ? undefined : (await settle(options, found, resolution)).kept;
}

async function create(
  { store, runtime, expiresMs }: AskingOptions,
  call: ToolCallView,
  { kind = 'consent', reason, proposedRule, questions }: AskDecision,
  turn: AskingTurn,
): Promise<FoundApproval | AskAnswer> {
  const { stepId, callId, name, input } = call;
  const stepIndex = Number(/#(\d+)$/.exec(stepId)?.[1] ?? 0);
  if (isGivenUp(turn)) return { decision: 'suspend' };
  if (turn.signal.aborted) return { decision: 'deny', reason: 'The turn was aborted.' };
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
  if (!isOpen(open)) return open;
  const { store, waiters, runtime, holdMs } = options;
  const approvalId = formatApprovalId(open.place);
  const endsAt = runtime.now() + holdMs;
  const wait = new Wait(options, turn.signal);
  const stopListening = waiters.add(approvalId, () => wait.wake());
  try {
    turn.tell(requestFields(approvalId, open.approval));
    for (let found: FoundApproval | undefined = open; found !== undefined; ) {
      if (!isOpen(found)) return found;
      const leftMs = found.approval.expiresAt - runtime.wallNow();
      if (leftMs <= 0) return end(options, found, { decision: 'expired', by: 'timeout' }, turn);
      if (turn.signal.aborted) {
        return end(options, found, { decision: 'aborted', by: 'host' }, turn);
      }
      if (runtime.now() >= endsAt || options.signal.aborted) return undefined;
      await wait.sleep(Math.min(endsAt - runtime.now(), leftMs));
      found = await store.read(open.place);
    }
    return undefined;
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
  if (isGivenUp(turn)) return { decision: 'suspend' };
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
