/** What to show. `isOther`: it takes the place of what was shown of the step before. */
export interface ShownText {
  readonly text: string;
  readonly isOther: boolean;
}

/**
 * The texts of a turn's steps, each piece of them shown once: a step that begins again, on another
 * host or after a person's answer, mostly says what it said before.
 */
export interface StepTexts {
  /** A turn begins. */
  clear(): void;
  start(stepId: string): void;
  /** The step is told again from its start. */
  restart(stepId: string): void;
  add(stepId: string, delta: string): ShownText;
  /** No more of the step comes. */
  finish(stepId: string): ShownText;
  /** A snapshot has this text of the step: what of it is still to be shown, of a step that was read live. */
  rest(stepId: string, text: string): string;
}

interface Step {
  readonly text: string;
  /** So much of the text was told again; absent where nothing has to be. */
  readonly retold?: number;
}

export function createStepTexts(): StepTexts {
  const steps = new Map<string, Step>();
  const nothing: ShownText = { text: '', isOther: false };

  return {
    clear: () => steps.clear(),
    start(stepId) {
      if (!steps.has(stepId)) steps.set(stepId, { text: '' });
    },
    restart(stepId) {
      const step = steps.get(stepId);
      if (step !== undefined) steps.set(stepId, { text: step.text, retold: 0 });
    },
    add(stepId, delta) {
      const { text, retold } = steps.get(stepId) ?? { text: '' };
      const told = (retold === undefined ? text : text.slice(0, retold)) + delta;
      if (retold !== undefined && text.startsWith(told)) {
        steps.set(stepId, { text, retold: told.length });
        return nothing;
      }
      steps.set(stepId, { text: told });
      return told.startsWith(text)
        ? { text: told.slice(text.length), isOther: false }
        : { text: told, isOther: true };
    },
    finish(stepId) {
      const { text, retold = text.length } = steps.get(stepId) ?? { text: '' };
      const told = text.slice(0, retold);
      steps.set(stepId, { text: told });
      return retold < text.length ? { text: told, isOther: true } : nothing;
    },
    rest(stepId, text) {
      const step = steps.get(stepId);
      if (step === undefined || !text.startsWith(step.text)) return '';
      steps.set(stepId, { text });
      return text.slice(step.text.length);
    },
  };
}
