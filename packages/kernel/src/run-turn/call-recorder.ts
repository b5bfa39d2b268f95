import type { Call } from './call.ts';
import type { ToolStep } from './options.ts';

/** Makes what a call does durable. Each resolves with false where the host could not: nothing more may happen. */
export interface CallRecorder {
  recordStart(call: Call): Promise<boolean>;
  recordToolStep(call: Call, step: ToolStep): Promise<boolean>;
}
