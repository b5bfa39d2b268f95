import type { AnsweredTurn, Approvals, Bus, Runtime, Store } from '@dispatch/contracts';
import type { Logger, ToolCallView } from '@dispatch/kernel';
import type { ApprovalBody, ApprovalRequestEvent } from '@dispatch/wire';
import { answer } from './answering.ts';
import { formatApprovalId, parseApprovalId, placeOf } from './approval-id.ts';
import { type ApprovalStore, maxOpen } from './approval-store.ts';
import { ask } from './asking.ts';
import { type FoundApproval, isPast, requestFields } from './stored-approval.ts';
import { sweepAnswered } from './sweep.ts';
import { Waiters } from './waiters.ts';

const topic = 'consent.answered';

export interface ApprovalsDependencies {
  readonly store: ApprovalStore;
  readonly turns: Pick<Store, 'readTurn' | 'readLastTurn'>;
  readonly bus: Bus | undefined;
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly holdMs: number;
  readonly expiresMs: number;
  isAllowed(call: ToolCallView): Promise<boolean>;
  onAllowed(call: ToolCallView, found: FoundApproval): Promise<void>;
  checkRoom(): Promise<void>;
  onAlways(found: FoundApproval): Promise<void>;
}

export interface OpenApprovals extends Approvals {
  /** Rejects with `approval-not-found`, `already-resolved`, `invalid-input`, `store-unavailable`. */
  answer(approvalId: string, body: ApprovalBody): Promise<void>;
  /** Those of the conversation's running turn that wait for a person, in the order of their ids. */
  listOpen(conversationId: string): Promise<readonly ApprovalRequestEvent[]>;
  /** A person was asked for this call, and the turn does not know the answer yet, or it was no: that holds. */
  isOpen(call: ToolCallView): Promise<boolean>;
  /** Listens to the other hosts, and looks after lost messages, until the host stops. */
  start(): Promise<void>;
}

/** The contract `approvals`, on records. */
export function createApprovals(dependencies: ApprovalsDependencies): OpenApprovals {
  const { store, turns, bus, runtime, logger, signal } = dependencies;
  const waiters = new Waiters();
  const listeners = new Set<(turn: AnsweredTurn) => void>();

  const tell = (turn: AnsweredTurn) => {
    for (const listener of listeners) listener(turn);
  };
  const onResolved = ({ place }: FoundApproval) => {
    const approvalId = formatApprovalId(place);
    waiters.wake(approvalId);
    bus?.publish(topic, approvalId);
    tell({ conversationId: place.conversationId, turnId: place.turnId });
  };
  const options = { ...dependencies, waiters, onResolved };

  return {
    ask: (call, question, turn) => ask(options, call, question, turn),
    answer: (approvalId, body) => answer(options, approvalId, body),
    async waitMs(conversationId, turnId) {
      const marks = await store.marks(maxOpen, { turn: { conversationId, turnId } });
      if (marks.length === 0) return undefined;
      const turn = await turns.readTurn(conversationId, turnId);
      const found = await Promise.all(marks.map(({ place }) => store.read(place)));
      let firstMs: number | undefined;
      for (const one of found) {
        if (one === undefined || one.approval.isTaken === true) continue;
        if (isPast(turn, one.approval)) continue;
        if (one.approval.resolution !== undefined) return undefined;
        const leftMs = one.approval.expiresAt - runtime.wallNow();
        if (leftMs <= 0) return undefined;
        firstMs = Math.min(firstMs ?? leftMs, leftMs);
      }
      return firstMs;
    },
    onAnswered(listener) {
      // An object of its own, so that one function may listen twice.
      const own = (turn: AnsweredTurn) => listener(turn);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    async listOpen(conversationId) {
      const turn = await turns.readLastTurn(conversationId);
      if (turn?.state !== 'running') return [];
      const { turnId, eventNumber } = turn;
      const open = await store.open({ conversationId, turnId });
      return open
        .filter(({ approval }) => !isPast(turn, approval))
        .filter(({ approval }) => approval.expiresAt > runtime.wallNow())
        .map(({ place, approval }) => ({
          ...requestFields(formatApprovalId(place), approval),
          conversationId,
          turnId,
          // As a cursor it leads to the event itself, whoever has told it.
          n: eventNumber,
        }));
    },
    async isOpen(call) {
      const found = await store.read(placeOf(call, 'consent'));
      if (found === undefined) return false;
      const { isTaken = false, resolution } = found.approval;
      const isAllowed = resolution?.decision === 'allow' || resolution?.decision === 'always';
      return !isTaken || !isAllowed;
    },
    async start() {
      void sweepAnswered({ store, turns, runtime, logger, signal, tell });
      try {
        await bus?.subscribe(topic, (approvalId) => {
          if (parseApprovalId(approvalId) !== undefined) waiters.wake(approvalId);
        });
      } catch (error) {
        logger.warn('other hosts are not heard: their answers wait for the next look', {
          error: String(error),
        });
      }
    },
  };
}
