import { CodedError, isCodedError, type Runtime, type Store } from '@dispatch/contracts';
import type { ApprovalBody } from '@dispatch/wire';
import { parseApprovalId } from './approval-id.ts';
import { resolutionOf } from './resolution-of.ts';
import { type SettlingOptions, settle } from './settling.ts';
import { type FoundApproval, isPast, type Resolution } from './stored-approval.ts';

export interface AnsweringOptions extends SettlingOptions {
  readonly turns: Pick<Store, 'readTurn'>;
  readonly runtime: Pick<Runtime, 'wallNow' | 'newId'>;
  /** Rejects where no rule can be added any more. */
  checkRoom(found: FoundApproval): Promise<void>;
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
  const end = over ?? resolutionOf(found.approval, body);
  if (end.decision === 'always') await options.checkRoom(found);
  try {
    const { isFirst } = await settle(options, found, end);
    if (!isFirst || over !== undefined) throw alreadyResolved(approvalId);
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
