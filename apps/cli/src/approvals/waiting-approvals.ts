import type { ApprovalRequestEvent } from '@dispatch/wire';

/** What waits for a person, in the order in which it was asked. */
export interface WaitingApprovals {
  /** The first whose answer is not on its way. */
  next(): ApprovalRequestEvent | undefined;
  has(approvalId: string): boolean;
  /** One that is known changes nothing. */
  add(request: ApprovalRequestEvent): void;
  remove(approvalId: string): void;
  /** These, and no others; an answer that is on its way stays so. */
  replace(requests: readonly ApprovalRequestEvent[]): void;
  /** Its answer is on its way, or did not arrive. */
  setSent(approvalId: string, isSent: boolean): void;
}

export function createWaitingApprovals(): WaitingApprovals {
  let waiting = new Map<string, ApprovalRequestEvent>();
  const sent = new Set<string>();

  return {
    next: () => [...waiting.values()].find(({ approvalId }) => !sent.has(approvalId)),
    has: (approvalId) => waiting.has(approvalId),
    add(request) {
      if (!waiting.has(request.approvalId)) waiting.set(request.approvalId, request);
    },
    remove(approvalId) {
      waiting.delete(approvalId);
      sent.delete(approvalId);
    },
    replace(requests) {
      waiting = new Map(requests.map((request) => [request.approvalId, request]));
      for (const approvalId of sent) if (!waiting.has(approvalId)) sent.delete(approvalId);
    },
    setSent(approvalId, isSent) {
      if (isSent) sent.add(approvalId);
      else sent.delete(approvalId);
    },
  };
}
