import type { Call } from './call.ts';
import type { ToolStep } from './options.ts';

/** Makes what a call does durable. Each resolves with false where the host could not: nothing more may happen. */
export interface CallRecorder {
  /**
   * Before a person is asked: waits for the end of the model's response and hands it over, so that
   * whoever takes the turn over has the same calls, and asks the same. False where the response broke
   * off, too.
   */
  recordAsk(): Promise<boolean>;
  recordStart(call: Call): Promise<boolean>;
  recordToolStep(call: Call, step: ToolStep): Promise<boolean>;
}
