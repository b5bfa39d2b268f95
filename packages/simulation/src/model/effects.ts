import type { World } from '../world/world.ts';

export type EffectClass = 'pure' | 'idempotent' | 'reconcilable' | 'unsafe' | 'durable';

/** What tools did to the world outside, by call: the truth that results are held against. */
export interface EffectLog {
  readonly tool: string;
  readonly effect: EffectClass;
  readonly callId: string;
  readonly turnId: string;
  /** Runs of the tool, by the life of the host that ran it. */
  readonly runs: string[];
  /** How often the effect happened. */
  happened: number;
  /** A result was recorded or committed: it must never run again. */
  isCompleted: boolean;
}

export class Effects {
  readonly #world: World;
  readonly #calls = new Map<string, EffectLog>();

  constructor(world: World) {
    this.#world = world;
  }

  get(turnId: string, callId: string): EffectLog | undefined {
    return this.#calls.get(`${turnId} ${callId}`);
  }

  all(): Iterable<EffectLog> {
    return this.#calls.values();
  }

  /** A tool begins to run. `isOwner`: its host has the turn by its epoch. */
  begins(call: {
    readonly tool: string;
    readonly effect: EffectClass;
    readonly callId: string;
    readonly turnId: string;
    readonly incarnation: string;
    readonly isOwner: boolean;
  }): EffectLog {
    const { tool, effect, callId, turnId, incarnation, isOwner } = call;
    const key = `${turnId} ${callId}`;
    let log = this.#calls.get(key);
    if (log === undefined) {
      log = { tool, effect, callId, turnId, runs: [], happened: 0, isCompleted: false };
      this.#calls.set(key, log);
    }
    // Two hosts may both believe to own a turn for a while: who does not any more is not to blame.
    if (isOwner && log.isCompleted) {
      this.#world.violated(
        'completed-call-runs-once',
        `${callId} (${tool}) ran again after its end`,
      );
    }
    if (isOwner && effect === 'unsafe' && log.runs.length > 0) {
      this.#world.violated('unsafe-call-runs-once', `${callId} (${tool}) ran a second time`);
    }
    if (log.runs.includes(incarnation)) {
      this.#world.violated(
        'call-runs-once-per-host',
        `${callId} (${tool}) ran twice on ${incarnation}`,
      );
    }
    log.runs.push(incarnation);
    return log;
  }
}
