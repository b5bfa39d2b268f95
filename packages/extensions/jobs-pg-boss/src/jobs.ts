import {
  CodedError,
  checkJobDefinition,
  checkNewJob,
  isCodedError,
  type JobDefinition,
  type Jobs,
  type NewJob,
  type Runtime,
} from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { createComplaints } from './complaints.ts';
import { type EngineOptions, policy, queueOptions, startEngine } from './engine.ts';
import { orTimeout } from './or-timeout.ts';
import { type JobData, runJob } from './run-job.ts';

export interface OpenJobsOptions extends Omit<EngineOptions, 'complain'> {
  readonly runtime: Pick<Runtime, 'sleep' | 'now' | 'newId' | 'newAbortController'>;
  readonly logger: Logger;
  /** How often jobs of each name are asked for. */
  readonly pollMs: number;
  /** Before the first definition comes into force. A job that is sent does not wait for it. */
  readonly startDelayMs: number;
}

export interface OpenedJobs {
  readonly jobs: Jobs;
  /** Resolves when every definition is in force, or nothing more is tried. Never rejects. */
  settle(): Promise<void>;
  /**
   * Takes no more, fires the signals of what runs and waits for it, at most about eight seconds; what
   * still runs then counts as failed. Then lets go of the database. Never rejects; may be called twice.
   */
  close(): Promise<void>;
}

const defaultMaxRetries = 3;
const sendTimeoutMs = 10_000;
const runGraceMs = 5_000;
const closeTimeoutMs = 8_000;
const pausesMs = [500, 1_000, 2_000, 5_000, 10_000];
const longestPauseMs = 30_000;
/** Can not be anyone's own: `$` is not allowed there. */
const scheduleKey = '$schedule';

/** Opens nothing yet: the database is asked when there is something to do. */
export function openJobs(options: OpenJobsOptions): OpenedJobs {
  const { runtime, logger } = options;
  const workOptions = {
    includeMetadata: true,
    pollingIntervalSeconds: options.pollMs / 1000,
  } as const;
  const complain = createComplaints(logger, runtime);
  const stop = runtime.newAbortController();
  const hurry = runtime.newAbortController();
  const definitions = new Map<string, JobDefinition>();
  /** Definitions that are not in force yet. */
  const waiting = new Set<JobDefinition>();
  const known = new Set<string>();
  let starting: Promise<PgBoss | undefined> | undefined;
  let keeping: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  function engine(): Promise<PgBoss | undefined> {
    starting ??= persist(() => startEngine({ ...options, complain }));
    return starting;
  }

  /** Does it again until it works out; undefined where the host stops before it does. */
  async function persist<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    for (let failures = 0; !stop.signal.aborted; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        complain(error);
        await runtime.sleep(pausesMs[failures] ?? longestPauseMs, stop.signal);
      }
    }
    return undefined;
  }

  async function makeKnown(boss: PgBoss, name: string): Promise<void> {
    if (known.has(name)) return;
    await boss.createQueue(name, { policy, ...queueOptions(defaultMaxRetries) });
    known.add(name);
  }

  async function putInForce(boss: PgBoss, definition: JobDefinition): Promise<void> {
    const { name, cron, maxRetries = defaultMaxRetries } = definition;
    await makeKnown(boss, name);
    await boss.updateQueue(name, queueOptions(maxRetries));
    const data: JobData = { payload: null };
    if (cron === undefined) await boss.unschedule(name);
    else await boss.schedule(name, cron, data, { tz: 'UTC', singletonKey: scheduleKey });
    await boss.work(name, workOptions, async ([job]: JobWithMetadata<JobData>[]) => {
      if (job !== undefined) await runJob(job, definition, stop.signal, logger);
    });
  }

  /** Until all definitions are in force, whatever the database does meanwhile. */
  async function keepUp(): Promise<void> {
    await runtime.sleep(options.startDelayMs, hurry.signal);
    const boss = await engine();
    for (const definition of waiting) {
      if (boss !== undefined) await persist(() => putInForce(boss, definition));
      waiting.delete(definition);
    }
    keeping = undefined;
  }

  async function add({ name, key, payload = null, startAfter }: NewJob): Promise<boolean> {
    const boss = await engine();
    if (boss === undefined) throw stopping();
    await makeKnown(boss, name);
    const data: JobData = { payload };
    const jobId = await boss.send(name, data, {
      retryLimit: definitions.get(name)?.maxRetries ?? defaultMaxRetries,
      singletonKey: key ?? runtime.newId(),
      ...(startAfter === undefined ? {} : { startAfter: new Date(startAfter) }),
    });
    return jobId !== null;
  }

  async function close(): Promise<void> {
    stop.abort();
    hurry.abort();
    await keeping;
    const boss = await starting;
    await boss?.stop({ timeout: runGraceMs }).catch(complain);
  }

  return {
    jobs: {
      define(definition) {
        checkJobDefinition(definition);
        const { name } = definition;
        if (definitions.has(name)) {
          throw new CodedError('invalid-input', { message: `The job ${name} is defined already.` });
        }
        definitions.set(name, definition);
        waiting.add(definition);
        if (!stop.signal.aborted) keeping ??= keepUp();
      },
      async send(job) {
        checkNewJob(job);
        if (stop.signal.aborted) throw stopping();
        hurry.abort();
        const isAdded = await orTimeout(add(job), sendTimeoutMs, runtime).catch((error) => {
          if (isCodedError(error)) throw error;
          throw unavailable(error instanceof Error ? error.message : String(error));
        });
        if (isAdded !== undefined) return isAdded;
        throw unavailable(`There was no answer in ${sendTimeoutMs} ms.`);
      },
    },
    settle: async () => keeping,
    close() {
      closing ??= orTimeout(close(), closeTimeoutMs, runtime).then(() => {});
      return closing;
    },
  };
}

function stopping(): CodedError {
  return new CodedError('stopping', { message: 'The host is stopping.' });
}

function unavailable(reason: string): CodedError {
  return new CodedError('jobs-unavailable', {
    message: 'The database of the background jobs does not answer.',
    hint: `PostgreSQL: ${reason}`,
  });
}
