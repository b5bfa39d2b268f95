import type { JsonValue } from '@dispatch/kernel';

/**
 * Background work of the whole system, done once whatever the number of hosts. Jobs are kept in the
 * database and outlive every host; one of the hosts that defined a job's name runs it. A host runs
 * one job of a name at a time, jobs of different names side by side; in no promised order.
 *
 * At least once: a run that its host did not report on for a minute or two (it was killed, frozen,
 * cut off) begins anew on another one, and may then still be running on the first.
 */
export interface Jobs {
  /**
   * Says what the jobs of a name do, and when they come by themselves. Once per name and host, at
   * setup or later. Returns at once: it comes into force when the database takes it, which is tried
   * until the host stops. Throws `invalid-input`.
   */
  define(definition: JobDefinition): void;
  /**
   * Adds a job; may be called before anyone has defined its name. True once it is durable; false
   * where one of its name and key waits or runs already. Rejects with `invalid-input`, `stopping`,
   * and with `jobs-unavailable` where the database does not say within ten seconds that it took it:
   * it may have, so give a job a key where a second one would do harm.
   */
  send(job: NewJob): Promise<boolean>;
}

export interface JobDefinition {
  /** `[a-z0-9-]{1,64}`. */
  readonly name: string;
  /**
   * When one comes by itself, with the payload null: `minute hour day-of-month month day-of-week` in
   * UTC, as `isCron` reads it. On time to a minute or so. One that comes while the one before it
   * waits or runs is left out, and so is one that comes while no host is there. Absent: only what is
   * sent; a schedule from before is taken back.
   */
  readonly cron?: string;
  /** How often a job that failed is tried again, after pauses that double from ten seconds on: 0 to 20; 3 unless given. */
  readonly maxRetries?: number;
  /**
   * Does one job. Resolves: it is done and forgotten. Rejects: it failed, is told to the log, and is
   * tried again; after the last time it is given up, which is told as an error.
   */
  readonly run: (job: RunningJob) => Promise<void>;
}

export interface RunningJob {
  /** The same each time that this job is run. */
  readonly jobId: string;
  readonly payload: JsonValue;
  /**
   * Fires when the host stops, when the run took an hour, and when the job is another host's now:
   * settle within a second. What rejects then counts as a failed run and begins anew elsewhere.
   */
  readonly signal: AbortSignal;
}

export interface NewJob {
  readonly name: string;
  /** At most `maxPayloadBytes` as JSON. Absent: null. */
  readonly payload?: JsonValue;
  /** While a job of this name and key waits or runs, no other is added. `[A-Za-z0-9_.-]{1,200}`. Absent: its own. */
  readonly key?: string;
  /** Not before (epoch milliseconds, by the clock of the database, in whole seconds). Absent: at once, which takes some seconds. */
  readonly startAfter?: number;
}

/** In UTF-8. */
export const maxPayloadBytes = 64 * 1024;

/** How long a run may take before its signal fires and it counts as failed. */
export const maxRunMs = 3_600_000;
