import type { JsonValue } from '../json.ts';
import { isDeeperThan } from '../same-json.ts';
import type { ToolSteps } from '../tool.ts';
import { utf8Length } from '../utf8-length.ts';
import { wellFormedJson } from '../well-formed.ts';
import type { ToolStep, TurnLimits } from './options.ts';
import { maxJsonDepth } from './read-result.ts';

export interface CallStepsParts {
  readonly limits: Pick<TurnLimits, 'maxToolSteps' | 'toolStepBytes'>;
  /** What an earlier run of the call has recorded. */
  readonly recorded: readonly ToolStep[];
  /** Makes a step durable. */
  record(step: ToolStep): Promise<void>;
}

/** The steps of one run of a durable tool's call. */
export class CallSteps implements ToolSteps {
  readonly #parts: CallStepsParts;
  /** As far as it was not given back yet. */
  readonly #recorded: Map<string, JsonValue>;
  /** Of steps that are under way or over, in this run. */
  readonly #taken = new Set<string>();
  readonly #recording = new Set<Promise<void>>();
  #count: number;
  /** Why no further step starts. */
  #stopReason: string | undefined;
  #isClosed = false;

  constructor(parts: CallStepsParts) {
    this.#parts = parts;
    this.#recorded = new Map(parts.recorded.map(({ name, value }) => [name, value]));
    this.#count = this.#recorded.size;
  }

  async do<T extends JsonValue>(name: string, fn: () => Promise<T> | T): Promise<T> {
    if (this.#stopReason !== undefined) throw new Error(this.#stopReason);
    checkName(name);
    if (this.#taken.has(name)) {
      throw new Error(
        `The step ${JSON.stringify(name)} was done already in this call: give each its own name.`,
      );
    }
    const recorded = this.#recorded.get(name);
    if (recorded === undefined) return this.#carryOut(name, fn);
    this.#taken.add(name);
    this.#recorded.delete(name);
    return JSON.parse(JSON.stringify(recorded));
  }

  /** The call is cut off: no further step starts, but one that is under way is still recorded. */
  stop(reason: string): void {
    this.#stopReason ??= reason;
  }

  /** The call is over: whoever still runs is left behind and records nothing more. */
  close(): void {
    this.stop(overText);
    this.#isClosed = true;
  }

  /** Resolves once nothing of the call is being recorded any more. Never rejects. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#recording);
  }

  async #carryOut<T extends JsonValue>(name: string, fn: () => Promise<T> | T): Promise<T> {
    const { maxToolSteps } = this.#parts.limits;
    if (this.#count >= maxToolSteps) {
      throw new Error(
        `A call can record ${maxToolSteps} steps: ${JSON.stringify(name)} is one more.`,
      );
    }
    this.#count += 1;
    this.#taken.add(name);
    try {
      const json = this.#serialize(name, await fn());
      if (this.#isClosed) throw new Error(overText);
      await this.#record({ name, value: JSON.parse(json) });
      return JSON.parse(json);
    } catch (error) {
      this.#taken.delete(name);
      this.#count -= 1;
      throw error;
    }
  }

  async #record(step: ToolStep): Promise<void> {
    const recording = this.#parts.record(step);
    this.#recording.add(recording);
    try {
      await recording;
    } finally {
      this.#recording.delete(recording);
    }
  }

  #serialize(name: string, value: JsonValue): string {
    const { toolStepBytes } = this.#parts.limits;
    const whose = `What the step ${JSON.stringify(name)} returned`;
    const json = stringify(value);
    if (json === undefined) {
      throw new Error(`${whose} is no JSON, or nests deeper than ${maxJsonDepth} levels.`);
    }
    const text = JSON.stringify(wellFormedJson(JSON.parse(json)));
    if (text.length * 3 > toolStepBytes && utf8Length(text) > toolStepBytes) {
      throw new Error(
        `${whose} is larger than ${toolStepBytes} bytes: keep it elsewhere and return where.`,
      );
    }
    return text;
  }
}

/** Of a tool that is not durable: what looks recorded and is not would be worse than nothing. */
export const noSteps: ToolSteps = {
  do: (name) =>
    Promise.reject(
      new Error(
        `The step ${JSON.stringify(name)} was not done: set isDurable: true on the tool to record its steps.`,
      ),
    ),
};

/** Undefined for what is no JSON, whatever the types said. */
function stringify(value: JsonValue): string | undefined {
  try {
    return isDeeperThan(value, maxJsonDepth) ? undefined : JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The kernel's own: the input that a hook put in the place of the model's. No tool's step is called so. */
export const inputStepName = '#input';

const overText = 'The call is over: no further step is done.';
const maxNameLength = 200;

function checkName(name: string): void {
  if (
    typeof name === 'string' &&
    name !== '' &&
    name.length <= maxNameLength &&
    !name.startsWith('#') &&
    name.isWellFormed() &&
    !/\p{Cc}/u.test(name)
  ) {
    return;
  }
  throw new Error(
    `The name of a step is a text of 1 to ${maxNameLength} characters, not beginning with #, without control characters.`,
  );
}
