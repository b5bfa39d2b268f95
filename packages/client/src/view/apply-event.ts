import type { EventOf, TurnEvent } from '@dispatch/wire';
import { arrivalOf } from '../position.ts';
import { addCall, addOutput, addResult } from './call-item.ts';
import type {
  ConversationView,
  StepItem,
  TurnItem,
  TurnView,
  UserItem,
} from './conversation-view.ts';
import { changeStep, withoutStep } from './step-item.ts';

const maxCollisions = 100;

/** The view with one more event. One that is in it already changes nothing. */
export function applyEvent(view: ConversationView, event: TurnEvent): ConversationView {
  if (arrivalOf(view.position, event) === 'duplicate') return view;
  const known = view.turns.findLastIndex(({ turnId }) => turnId === event.turnId);
  const turn: TurnView = view.turns[known] ?? {
    turnId: event.turnId,
    state: 'running',
    items: [],
    approvals: [],
  };
  const next = changeTurn(turn, event);
  return {
    ...applyCommit(view, event),
    turns: known === -1 ? [...view.turns, next] : view.turns.with(known, next),
    position: { turnId: event.turnId, n: event.n },
  };
}

function applyCommit(view: ConversationView, event: TurnEvent): ConversationView {
  switch (event.type) {
    case 'turn-start': {
      const { committedSeq } = event;
      if (committedSeq <= view.lastSeq) return view;
      const missing = [...view.missing, { afterSeq: view.lastSeq, throughSeq: committedSeq }];
      return { ...view, missing, lastSeq: committedSeq };
    }
    case 'step-complete':
      return { ...view, lastSeq: event.committedSeq };
    case 'turn-sealed':
      return { ...view, lastSeq: event.lastSeq };
    default:
      return view;
  }
}

function changeTurn(turn: TurnView, event: TurnEvent): TurnView {
  switch (event.type) {
    case 'turn-start':
      return { ...turn, model: event.model };
    case 'text-delta':
      return withStep(turn, event.stepId, (step) => ({ ...step, text: step.text + event.delta }));
    case 'reasoning-delta':
      return withStep(turn, event.stepId, (step) => ({
        ...step,
        reasoning: step.reasoning + event.delta,
      }));
    case 'tool-call':
      return withStep(turn, event.stepId, (step) => addCall(step, event));
    case 'tool-output':
      return withStep(turn, event.stepId, (step) => addOutput(step, event));
    case 'tool-result':
      return withStep(turn, event.stepId, (step) => addResult(step, event));
    case 'step-reset':
      return withoutEnd({ ...turn, items: withoutStep(turn.items, event.stepId), approvals: [] });
    case 'steering':
      return {
        ...turn,
        items: [...turn.items, ...event.messages.flatMap(({ message }) => userItems(message))],
      };
    case 'approval-request':
      return { ...turn, approvals: [...withoutApproval(turn, event.approvalId), event] };
    case 'approval-resolved':
      return { ...turn, approvals: withoutApproval(turn, event.approvalId) };
    case 'collision':
      return { ...turn, collisions: addCollision(turn.collisions, event) };
    case 'provider-retry': {
      const { attempt, delayMs, error } = event;
      return { ...turn, retry: { attempt, delayMs, error } };
    }
    case 'error': {
      const { code, message } = event.error;
      return { ...turn, items: [...turn.items, { type: 'error', code, message }] };
    }
    case 'done': {
      const { retry: _, ...rest } = turn;
      const { finishReason, durationMs, usage, contextSize } = event;
      return {
        ...rest,
        approvals: [],
        finishReason,
        durationMs,
        ...(usage === undefined ? {} : { usage }),
        ...(contextSize === undefined ? {} : { contextSize }),
      };
    }
    case 'turn-sealed':
      return { ...turn, state: 'sealed' };
    default:
      return turn;
  }
}

/** A turn that is taken up again asks again. */
function withoutApproval({ approvals }: TurnView, asked: string): TurnView['approvals'] {
  return approvals.filter(({ approvalId }) => approvalId !== asked);
}

function addCollision(
  before: TurnView['collisions'] = [],
  event: EventOf<'collision'>,
): readonly EventOf<'collision'>[] {
  const others = before.filter(
    ({ path, computerId }) => path !== event.path || computerId !== event.computerId,
  );
  return [...others, event].slice(-maxCollisions);
}

/** The owner before may have told an end that it could not commit: that is void, its error too. */
function withoutEnd({ turnId, state, model, items, approvals, collisions }: TurnView): TurnView {
  return {
    turnId,
    state,
    items: items.filter(({ type }) => type !== 'error'),
    approvals,
    ...(model === undefined ? {} : { model }),
    ...(collisions === undefined ? {} : { collisions }),
  };
}

/** Content came: no retry is under way any more. */
function withStep(turn: TurnView, stepId: string, change: (step: StepItem) => StepItem): TurnView {
  const { retry: _, ...rest } = turn;
  return { ...rest, items: changeStep(turn.items, stepId, change) };
}

type Steered = Extract<TurnEvent, { type: 'steering' }>['messages'][number]['message'];

function userItems(message: Steered): readonly TurnItem[] {
  const parts = typeof message === 'string' ? [{ type: 'text' as const, text: message }] : message;
  return parts.map((part): UserItem => ({ type: 'user', part }));
}
