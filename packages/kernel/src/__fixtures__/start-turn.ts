import type { TurnEvent } from '../event.ts';
import type { Provider } from '../provider.ts';
import type { CompletedStep, RunTurnOptions, TurnOutcome } from '../run-turn/options.ts';
import { runTurn } from '../run-turn/run-turn.ts';
import {
  type FakeKernelRuntime,
  fakeKernelRuntime,
  type RecordingSink,
  recordingLogger,
  type ScriptedAttempt,
  type ScriptedProvider,
  type ScriptItem,
  scriptedProvider,
} from '../testing/index.ts';

export type EventOf<T extends TurnEvent['type']> = Extract<TurnEvent, { type: T }>;

/** A turn that runs on virtual time, and all that it tells. */
export interface StartedTurn {
  readonly runtime: FakeKernelRuntime;
  readonly provider: ScriptedProvider;
  readonly sink: RecordingSink;
  readonly events: TurnEvent[];
  /** When each event was told. */
  readonly times: number[];
  /** Handed over to the host, in order. */
  readonly steps: CompletedStep[];
  readonly outcome: Promise<TurnOutcome>;
  abort(): void;
  suspend(): void;
  /** Runs on virtual time to the end. */
  finish(): Promise<TurnOutcome>;
  eventsOf<T extends TurnEvent['type']>(type: T): EventOf<T>[];
  types(): string[];
}

export interface TurnParts extends Partial<Omit<RunTurnOptions, 'provider' | 'runtime'>> {
  readonly script?: readonly ScriptedAttempt[];
  readonly provider?: Provider;
  readonly runtime?: FakeKernelRuntime;
  /** Leaves the clock out of what the kernel is given. */
  readonly hasNoClock?: boolean;
}

export function startTurn(parts: TurnParts = {}): StartedTurn {
  const { script = [], runtime = fakeKernelRuntime(), hasNoClock = false, host, ...rest } = parts;
  const scripted = scriptedProvider(script, { runtime });
  const logger = recordingLogger({ extension: 'kernel', now: runtime.now });
  const controller = new AbortController();
  const suspension = new AbortController();
  const events: TurnEvent[] = [];
  const times: number[] = [];
  const steps: CompletedStep[] = [];
  let seq = 0;
  const { now: _now, ...clockless } = runtime;
  const outcome = runTurn({
    conversationId: 'conversation-1',
    turnId: 'turn-1',
    history: [],
    message: [{ type: 'text', text: 'hello' }],
    provider: scripted,
    model: 'model',
    tools: [],
    signal: controller.signal,
    suspendSignal: suspension.signal,
    logger,
    emit: (event) => {
      events.push(event);
      times.push(runtime.now());
    },
    ...rest,
    runtime: hasNoClock ? clockless : runtime,
    host: {
      ...host,
      async onStepComplete(step) {
        await host?.onStepComplete?.(step);
        steps.push(step);
        seq += step.chunks.length;
        return { committedSeq: seq };
      },
    },
  });
  return {
    runtime,
    provider: scripted,
    sink: logger.sink,
    events,
    times,
    steps,
    outcome,
    abort: () => controller.abort(),
    suspend: () => suspension.abort(),
    finish: () => runtime.clock.runUntil(outcome),
    eventsOf<T extends TurnEvent['type']>(type: T) {
      return events.filter((event): event is EventOf<T> => event.type === type);
    },
    types: () => events.map((event) => event.type),
  };
}

/** Runs a turn to its end. */
export async function playTurn(parts: TurnParts = {}): Promise<StartedTurn & { end: TurnOutcome }> {
  const turn = startTurn(parts);
  return { ...turn, end: await turn.finish() };
}

/** One attempt that is one batch. */
export function batch(...events: Extract<ScriptItem, readonly unknown[]>): ScriptedAttempt {
  return [events];
}
