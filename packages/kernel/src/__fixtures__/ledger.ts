import type { RoledChunk } from '../chunk.ts';
import { messagesFromChunks } from '../messages-from-chunks.ts';
import type {
  CompletedStep,
  RecordedCall,
  RunTurnOptions,
  StepResponse,
  TurnHost,
  TurnResume,
} from '../run-turn/options.ts';

/** When the host is lost: with that write (from 1), done by then or not. */
export interface Crash {
  readonly atWrite: number;
  readonly isWritten: boolean;
}

/**
 * What a turn makes durable, and nothing else of it: a turn that is given `resume()` knows as much
 * as another host after a crash.
 */
export class Ledger {
  readonly steps: CompletedStep[] = [];
  /** Each write in order, by name. */
  readonly log: string[] = [];
  #response: StepResponse | undefined;
  #calls: RecordedCall[] = [];
  #writes = 0;

  /** Callbacks of one owner of the turn; from `crash` on they reject. */
  host(crash?: Crash): TurnHost {
    let isLost = false;
    this.#writes = 0;
    const write = async (name: string, change: () => void) => {
      this.#writes += 1;
      const isCrash = this.#writes === crash?.atWrite;
      if (!isLost && !(isCrash && !crash.isWritten)) {
        this.log.push(name);
        change();
      }
      isLost ||= isCrash;
      if (isLost) throw new Error('the host is lost');
    };
    return {
      onStepResponse: (response) =>
        write('response', () => {
          this.#response = response;
        }),
      onCallStart: ({ callId }) =>
        write(`start ${callId}`, () => {
          if (this.#find(callId) === undefined) this.#calls.push({ callId });
        }),
      onToolStep: ({ callId, name, value }) =>
        write(`step ${callId} ${name}`, () => {
          const steps = [...(this.#find(callId)?.steps ?? []), { name, value }];
          this.#replace({ callId, steps });
        }),
      onCallEnd: (result) =>
        write(`end ${result.callId}`, () => this.#replace({ callId: result.callId, result })),
      onStepComplete: async (step) => {
        await write(`commit ${step.index}`, () => {
          this.steps.push(step);
          this.#response = undefined;
          this.#calls = [];
        });
        return { committedSeq: 0 };
      },
    };
  }

  get chunks(): RoledChunk[] {
    return this.steps.flatMap((step) => [...step.chunks]);
  }

  /** What the next owner of the turn is given, as a store gives it back. */
  resume(): Pick<RunTurnOptions, 'history'> & { readonly resume: TurnResume } {
    const user: RoledChunk = { role: 'user', chunk: { type: 'text', text: 'hello' } };
    const resume: TurnResume = {
      stepIndex: this.steps.length,
      ...(this.#response === undefined ? {} : { response: this.#response }),
      calls: this.#calls,
      committed: this.chunks.map(({ chunk }) => chunk),
    };
    return {
      history: messagesFromChunks([user, ...this.chunks]),
      resume: JSON.parse(JSON.stringify(resume)),
    };
  }

  #find(callId: string): RecordedCall | undefined {
    return this.#calls.find((call) => call.callId === callId);
  }

  #replace(call: RecordedCall): void {
    this.#calls = [...this.#calls.filter(({ callId }) => callId !== call.callId), call];
  }
}
