import { askedTool } from '../extensions/tool-names.ts';
import type { World } from '../world/world.ts';
import type { Consents } from './consents.ts';

export type EffectClass = 'pure' | 'idempotent' | 'reconcilable' | 'unsafe' | 'durable';

/** One run of a call. */
export interface EffectRun {
  readonly log: EffectLog;
  /** On which life of which host, by which epoch. */
  readonly by: string;
  /** Of the call's input. */
  readonly k: number;
  /** How often it had its effect. */
  happened: number;
}

/** What tools did to the world outside, by call: the truth that results are held against. */
export interface EffectLog {
  readonly tool: string;
  readonly effect: EffectClass;
  readonly callId: string;
  readonly turnId: string;
  /** In the order of their beginnings. */
  readonly runs: EffectRun[];
  /** A result was recorded or committed: it must never run again. */
  isCompleted: boolean;
  /** Of a durable tool: the values of its steps that the store has, as JSON, by name. */
  readonly recordedSteps: Map<string, string>;
}

export class Effects {
  readonly #world: World;
  readonly #consents: Consents;
  readonly #calls = new Map<string, EffectLog>();

  constructor(world: World, consents: Consents) {
    this.#world = world;
    this.#consents = consents;
  }

  /** By tool, too: until its response is recorded a step may be answered anew, with another call of that id. */
  get(turnId: string, callId: string, tool: string): EffectLog | undefined {
    return this.#calls.get(`${turnId} ${callId} ${tool}`);
  }

  all(): Iterable<EffectLog> {
    return this.#calls.values();
  }

  /** A step of a durable tool begins to run: none that is recorded does. */
  stepBegins(log: EffectLog, name: string, isNewest: boolean): void {
    if (!isNewest || !log.recordedSteps.has(name)) return;
    this.#world.violated('recorded-tool-step-runs-once', `${log.callId} ${name} ran again`);
  }

  /** What a step of a durable tool gave: what was recorded first stays. */
  stepGave(log: EffectLog, name: string, json: string): void {
    const recorded = log.recordedSteps.get(name);
    if (recorded === json) return;
    this.#world.violated(
      'tool-step-value-stays',
      `${log.callId} ${name} gave ${json}, recorded is ${recorded}`,
    );
  }

  /** A tool begins to run, on a host that has its turn by an epoch. */
  begins(call: {
    readonly tool: string;
    readonly effect: EffectClass;
    readonly callId: string;
    readonly turnId: string;
    readonly k: number;
    readonly incarnation: string;
    readonly epoch: number;
    readonly isNewest: boolean;
    /** Another host has the turn by now. */
    readonly isOthers: boolean;
    /** The store knows that the call starts. */
    readonly isStartRecorded: boolean;
    /** No lease that a host believes in can be over by another clock. */
    readonly areClocksTrue: boolean;
  }): EffectRun {
    const { tool, effect, callId, turnId, k, incarnation, epoch, isNewest, isOthers } = call;
    if (tool === askedTool && isNewest && !this.#consents.mayRun({ turnId, callId, k })) {
      this.#world.violated(
        'asked-call-has-consent',
        `${callId} (${tool}) ran and nobody allowed it`,
      );
    }
    if (effect !== 'pure' && isNewest && !call.isStartRecorded) {
      this.#world.violated('call-start-recorded', `${callId} (${tool}) began without a record`);
    }
    // A claim that an earlier life of the same host sent comes to nobody: nobody else runs the call.
    if (effect !== 'pure' && !isNewest && isOthers && call.areClocksTrue) {
      this.#world.violated(
        'effect-within-lease',
        `${callId} (${tool}) began on a host that had lost its turn`,
      );
    }
    let log = this.get(turnId, callId, tool);
    if (log === undefined) {
      log = { tool, effect, callId, turnId, runs: [], ...fresh() };
      this.#calls.set(`${turnId} ${callId} ${tool}`, log);
    }
    // Two hosts may both believe to own a turn for a while: who does not any more is not to blame.
    if (isNewest && log.isCompleted) {
      this.#world.violated(
        'completed-call-runs-once',
        `${callId} (${tool}) ran again after its end`,
      );
    }
    if (isNewest && effect === 'unsafe' && log.runs.length > 0) {
      this.#world.violated('unsafe-call-runs-once', `${callId} (${tool}) ran a second time`);
    }
    const by = `${incarnation} by epoch ${epoch}`;
    if (log.runs.some((run) => run.by === by)) {
      this.#world.violated('call-runs-once-per-epoch', `${callId} (${tool}) ran twice on ${by}`);
    }
    const run = { log, by, k, happened: 0 };
    log.runs.push(run);
    return run;
  }
}

/** How often a call had its effect, in all its runs. */
export function timesHappened(log: EffectLog | undefined): number {
  return (log?.runs ?? []).reduce((sum, { happened }) => sum + happened, 0);
}

function fresh() {
  return { isCompleted: false, recordedSteps: new Map<string, string>() };
}
