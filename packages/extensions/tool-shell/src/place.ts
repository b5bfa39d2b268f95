import type { Commands, Computer, Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';

/** What every call has around it. */
export interface CallSurroundings {
  /** Absent: nothing is run in the background. */
  readonly commands?: Commands | undefined;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Where one call runs. */
export interface Place extends CallSurroundings {
  readonly computer: Computer;
  readonly cwd: string;
}
