import { CodedError, isCodedError, type Runtime, type Store } from '@dispatch/contracts';
import type { ApprovalBody } from '@dispatch/wire';
import { parseApprovalId } from './approval-id.ts';
import type { ApprovalStore } from './approval-store.ts';
import { resolutionOf } from './resolution-of.ts';
import { type FoundApproval, isPast, type Resolution } from './stored-approval.ts';

export interface AnsweringOptions {
  readonly store: ApprovalStore;
  readonly turns: Pick<Store, 'readTurn'>;
  readonly runtime: Pick<Runtime, 'wallNow'>;
  /** Rejects where no rule can be added any more. */
  checkRoom(found: FoundApproval): Promise<void>;
  /** An `always` was kept: its rule has to be, too. */
  onAlways(found: FoundApproval): Promise<void>;
  /** Something ended: those who wait for it look again. */
  onResolved(approvalId: string, found: FoundApproval): void;
}

/**
 * Keeps a person's answer; the first one counts. Resolves once it is durable. Rejects with
 * `approval-not-found`, `already-resolved`, `invalid-input`, `store-unavailable`.
 */
export async function answer(
  options: AnsweringOptions,
  approvalId: string,
  body: ApprovalBody,
): Promise<void> {
  const { store } = options;
  const place = parseApprovalId(approvalId);
  const found = place === undefined ? undefined : await store.read(place);
  if (found === undefined) throw notFound(approvalId);
  if (found.approval.resolution !== undefined) throw alreadyResolved(approvalId);
  const over = await whyOver(options, found);
  if (over !== undefined) {
    await settle(options, approvalId, found, over);
    throw alreadyResolved(approvalId);
  }
  const resolution = resolutionOf(found.approval, body);
  if (resolution.decision === 'always') await options.checkRoom(found);
  if (!(await settle(options, approvalId, found, resolution))) throw alreadyResolved(approvalId);
}

/** False where another end came first. */
async function settle(
  { store, onAlways, onResolved }: AnsweringOptions,
  approvalId: string,
  found: FoundApproval,
  resolution: Resolution,
): Promise<boolean> {
  try {
    // Before the answer, so that it can not be there without anyone knowing where to look.
    await store.markAnswered(found);
    const { found: kept, isFirst } = await store.resolve(found, resolution);
    if (kept.approval.isTaken === true) await store.unmark(kept.place);
    try {
      if (isFirst && resolution.decision === 'always') await onAlways(kept);
    } finally {
      onResolved(approvalId, kept);
    }
    return isFirst;
  } catch (error) {
    if (isCodedError(error, 'conversation-not-found')) throw notFound(approvalId);
    throw error;
  }
}

/** What has ended the question already, though nobody has written it down. */
async function whyOver(
  { turns, runtime }: AnsweringOptions,
  { approval, place }: FoundApproval,
): Promise<Resolution | undefined> {
  if (runtime.wallNow() >= approval.expiresAt) return { decision: 'expired', by: 'timeout' };
  const turn = await turns.readTurn(place.conversationId, place.turnId);
  return isPast(turn, approval) ? { decision: 'aborted', by: 'host' } : undefined;
}

function notFound(approvalId: string): CodedError {
  return new CodedError('approval-not-found', {
    message: `There is no question ${JSON.stringify(approvalId)}.`,
    hint: 'GET /conversations/:id/approvals lists those that are open.',
  });
}

function alreadyResolved(approvalId: string): CodedError {
  return new CodedError('already-resolved', {
    message: `The question ${JSON.stringify(approvalId)} has its answer already.`,
    hint: 'The event `approval-resolved` says which; the first answer counts.',
  });
}
