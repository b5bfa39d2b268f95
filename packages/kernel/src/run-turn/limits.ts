import type { TurnLimits } from './options.ts';

/** KERNEL.md rules 3 to 6 and 10. */
export const standardLimits: TurnLimits = {
  maxSteps: 0,
  maxConcurrency: 8,
  maxCallsPerStep: 99,
  toolTimeoutMs: 120_000,
  toolResultBytes: 48 * 1024,
  streamIdleMs: 120_000,
  abortGraceMs: 50,
  repeatNotice: 3,
  repeatEnd: 6,
  repeatCycle: 4,
  errorStepsNotice: 3,
  errorStepsEnd: 6,
  maxToolSteps: 1000,
  toolStepBytes: 1024 * 1024,
};
