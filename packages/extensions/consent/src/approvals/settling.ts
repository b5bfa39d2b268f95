import type { Runtime } from '@dispatch/contracts';
import type { ApprovalStore } from './approval-store.ts';
import type { FoundApproval, Resolution } from './stored-approval.ts';

export interface SettlingOptions {
  readonly store: ApprovalStore;
  readonly runtime: Pick<Runtime, 'newId'>;
  /** An `always` was kept: its rule has to be, too. */
  onAlways(found: FoundApproval): Promise<void>;
  /** Something ended: those who wait for it look again, wherever they do. */
  onResolved(found: FoundApproval): void;
}

/**
 * Ends a question, whoever does: the first end counts. Resolves with the one that is kept, once it is
 * durable and its turn was told, and whether it is this one. Rejects as the records do.
 */
export async function settle(
  { store, runtime, onAlways, onResolved }: SettlingOptions,
  found: FoundApproval,
  end: Resolution,
): Promise<{ readonly kept: FoundApproval; readonly isFirst: boolean }> {
  // Before the end, so that it can not be there without anyone knowing where to look.
  await store.markAnswered(found);
  const { kept, isFirst } = await store.resolve(found, { ...end, endId: runtime.newId() });
  if (kept.approval.isTaken === true) await store.unmark(kept.place);
  try {
    if (isFirst && end.decision === 'always') await onAlways(kept);
  } finally {
    onResolved(kept);
  }
  return { kept, isFirst };
}
