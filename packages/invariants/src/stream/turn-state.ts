import { addUsage, type Usage } from '@dispatch/kernel';
import { ownerStride } from '@dispatch/wire';
import { isSameUsage } from '../same-usage.ts';
import { StepState } from './step-state.ts';
import type { StreamEvent } from './stream-event.ts';
import type { StreamViolationCode } from './violation.ts';

type Verdict = StreamViolationCode | undefined;
type EventOf<Type extends StreamEvent['type']> = Extract<StreamEvent, { type: Type }>;

/** Codes of errors that leave a step without its `step-complete`: it was not committed. */
const uncommitted = new Set(['store-unavailable', 'internal']);

/** The order of one turn's events. */
export class TurnState {
  readonly turnId: string;
  /** Every event since the turn's start was told, and every step that was told was committed. */
  isWhole: boolean;
  step: StepState | undefined;
  /** Of the step that comes next; undefined where reading began in the middle. */
  #nextIndex: number | undefined;
  #isFirst = true;
  #isDone = false;
  /** The code of the error after which the turn can only end. */
  #error: string | undefined;
  /** How the last step ended; undefined: none was told by this owner. */
  #lastFinish: EventOf<'step-complete'>['finishReason'] | undefined;
  #usage: Usage | undefined;

  constructor(turnId: string, isWhole: boolean) {
    this.turnId = turnId;
    this.isWhole = isWhole;
    this.#nextIndex = isWhole ? 0 : undefined;
  }

  describe(): string {
    if (this.#isDone) return ', behind done';
    return this.step === undefined ? ', between steps' : `, in ${this.step.stepId}`;
  }

  leaveStep(): void {
    this.step = undefined;
  }

  /** Takes the next event in; undefined: it may be there. */
  take(event: StreamEvent, isNewOwner: boolean): Verdict {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (event.type === 'turn-start') {
      const isAtStart = isFirst && event.n === 0;
      if (isAtStart && !this.isWhole) this.#nextIndex = 0;
      return isAtStart ? undefined : 'turn-start-repeated';
    }
    if (isFirst && this.isWhole) return 'turn-start-missing';
    if (event.type === 'step-reset') {
      return this.#reset(event, isNewOwner || (isFirst && event.n % ownerStride === 0));
    }
    if (isNewOwner) {
      if (this.step !== undefined && !this.#isDone) return 'reset-missing';
      this.#beginOwner(event.type === 'turn-sealed');
    }
    if (this.#isDone && event.type !== 'turn-sealed') return 'event-after-done';
    return this.#takeWithin(event);
  }

  #takeWithin(event: StreamEvent): Verdict {
    switch (event.type) {
      case 'step-start':
        return this.#startStep(event);
      case 'text-delta':
        if (this.step?.stepId !== event.stepId || this.#error !== undefined) return 'step-mismatch';
        this.step.text += event.delta;
        return undefined;
      case 'reasoning-delta':
      case 'usage':
      case 'provider-retry':
        if (this.step?.stepId !== event.stepId || this.#error !== undefined) return 'step-mismatch';
        return undefined;
      case 'tool-call':
      case 'tool-output':
      case 'tool-result':
        if (this.step?.stepId !== event.stepId || this.#error !== undefined) return 'step-mismatch';
        return takeCall(this.step, event);
      case 'steering':
        if (this.step !== undefined || this.#error !== undefined) return 'steering-misplaced';
        return this.#canGoOn() ? undefined : 'step-order';
      case 'error':
        return this.#fail(event);
      case 'step-complete':
        return this.#completeStep(event);
      case 'done':
        return this.#finish(event);
      case 'turn-sealed':
        return this.#isDone ? undefined : 'done-missing';
      default:
        // Questions to people, collisions, and what a client does not know: anywhere in the turn.
        return undefined;
    }
  }

  /** A new owner forgets what was told behind the last commit, an end that was never committed too. */
  #beginOwner(isSeal: boolean): void {
    if (isSeal) return;
    this.#isDone = false;
    this.#error = undefined;
    this.#nextIndex = this.step?.index ?? this.#nextIndex;
    this.step = undefined;
  }

  #reset({ stepId }: EventOf<'step-reset'>, isOwnersFirst: boolean): Verdict {
    if (!isOwnersFirst) return 'reset-misplaced';
    this.#beginOwner(false);
    this.#nextIndex ??= indexOf(stepId);
    return stepId === `${this.turnId}#${this.#nextIndex}` ? undefined : 'reset-misplaced';
  }

  #startStep({ stepId, index }: EventOf<'step-start'>): Verdict {
    if (this.step !== undefined || this.#error !== undefined || !this.#canGoOn()) {
      return 'step-order';
    }
    if (index !== (this.#nextIndex ?? index) || stepId !== `${this.turnId}#${index}`) {
      return 'step-order';
    }
    this.step = new StepState(stepId, index);
    this.#nextIndex = index;
    return undefined;
  }

  #canGoOn(): boolean {
    return this.#lastFinish === undefined || this.#lastFinish === 'tool-calls';
  }

  #fail({ stepId, error }: EventOf<'error'>): Verdict {
    if (this.#error !== undefined) return 'event-after-done';
    if (stepId !== undefined && stepId !== this.step?.stepId) return 'step-mismatch';
    this.#error = error.code;
    return undefined;
  }

  #completeStep(event: EventOf<'step-complete'>): Verdict {
    const { step } = this;
    if (step?.stepId !== event.stepId) return 'step-mismatch';
    if (step.openCalls > 0) return 'step-incomplete';
    if ((event.finishReason === 'error') !== (this.#error !== undefined)) return 'step-incomplete';
    this.#lastFinish = event.finishReason;
    this.#usage = addUsage(this.#usage, event.usage);
    this.#nextIndex = step.index + 1;
    return undefined;
  }

  #finish({ finishReason, usage }: EventOf<'done'>): Verdict {
    if (this.step !== undefined) {
      if (!uncommitted.has(this.#error ?? '')) return 'step-incomplete';
      // It may have been committed all the same, and its answer lost.
      this.isWhole = false;
    }
    this.#isDone = true;
    // Reading began between the step's end and this.
    if (!this.isWhole && this.#error === undefined && this.#lastFinish === undefined)
      return undefined;
    if ((finishReason === 'error') !== (this.#error !== undefined)) return 'done-mismatch';
    const last = this.#lastFinish;
    const fits =
      finishReason === 'error' ||
      finishReason === 'aborted' ||
      last === undefined ||
      (last === 'tool-calls' ? finishReason === 'max-steps' : finishReason === last);
    if (!fits) return 'done-mismatch';
    if (!this.isWhole || usage === undefined) return undefined;
    return isSameUsage(usage, this.#usage) ? undefined : 'done-mismatch';
  }
}

function takeCall(
  step: StepState,
  event: EventOf<'tool-call'> | EventOf<'tool-output'> | EventOf<'tool-result'>,
): Verdict {
  const isAnswered = step.calls.get(event.callId);
  if (event.type === 'tool-call') {
    if (isAnswered !== undefined) return 'call-repeated';
    step.calls.set(event.callId, false);
    step.openCalls += 1;
    return undefined;
  }
  if (isAnswered === undefined) return 'result-without-call';
  if (isAnswered) return 'result-repeated';
  if (event.type === 'tool-result') {
    step.calls.set(event.callId, true);
    step.openCalls -= 1;
  }
  return undefined;
}

function indexOf(stepId: string): number {
  return Number(stepId.slice(stepId.lastIndexOf('#') + 1));
}
