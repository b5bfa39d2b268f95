import {
  CodedError,
  checkJobDefinition,
  checkNewJob,
  type JobDefinition,
  type Jobs,
  maxRunMs,
  nextCronTime,
  type Runtime,
} from '@dispatch/contracts';
import type { JsonValue, Logger } from '@dispatch/kernel';

/** One host of a system, as its jobs see it. */
export interface JobsHost {
  readonly jobs: Jobs;
  /** Fires the signals of what runs, waits for it, and takes no more. */
  stop(): Promise<void>;
  /** Lets the host stand still for good: it takes no job and gives no sign of life, as after a `SIGSTOP`. */
  freeze(): void;
}

export interface MemoryJobs {
  /** One more host of the same system. */
  join(): JobsHost;
}

export interface MemoryJobsOptions {
  /** A virtual one: time decides what runs when. */
  readonly runtime: Pick<Runtime, 'sleep' | 'wallNow' | 'newId' | 'newAbortController'>;
  /** Where failed runs are told; nowhere unless given. */
  readonly logger?: Pick<Logger, 'warn' | 'error'>;
}

/** A job that waits or runs. */
interface KeptJob {
  readonly jobId: string;
  readonly name: string;
  readonly key: string;
  readonly payloadJson: string;
  dueAt: number;
  failures: number;
  /** Where it runs; what that host says of another run of it counts no more. */
  run?: Run;
}

interface Run {
  readonly host: Host;
  readonly controller: AbortController;
}

interface Host {
  readonly definitions: Map<string, JobDefinition>;
  readonly running: Set<Promise<void>>;
  /** Names of what runs. */
  readonly busy: Set<string>;
  state: 'up' | 'stopping' | 'frozen';
}

/** Of a host that gives no sign of life. */
const takeoverMs = 60_000;
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;
const defaultMaxRetries = 3;
const scheduleKey = '$schedule';

/**
 * The contract `jobs` within one process. Deterministic on a virtual runtime: jobs begin in the order
 * in which they were due, each on the first host that joined, knows it and is free for it.
 */
export function memoryJobs({ runtime, logger }: MemoryJobsOptions): MemoryJobs {
  const kept = new Set<KeptJob>();
  const hosts: Host[] = [];
  const schedules = new Map<string, { readonly cron: string; nextAt: number }>();
  let alarm = runtime.newAbortController();

  /** Begins what is due, and sleeps until more is. */
  function wake(): void {
    alarm.abort();
    alarm = runtime.newAbortController();
    const now = runtime.wallNow();
    for (const [name, schedule] of schedules) {
      if (schedule.nextAt > now) continue;
      if (!isKept(name, scheduleKey)) add(name, scheduleKey, 'null', now);
      schedule.nextAt = nextCronTime(schedule.cron, now) ?? Number.POSITIVE_INFINITY;
    }
    const waiting = [...kept].filter(({ run }) => run === undefined);
    for (const job of waiting.sort((a, b) => a.dueAt - b.dueAt)) {
      const host = job.dueAt > now ? undefined : hosts.find((one) => canRun(one, job.name));
      if (host !== undefined) begin(job, host);
    }
    const times = [...schedules.values()].map(({ nextAt }) => nextAt);
    const later = waiting.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now);
    const next = Math.min(...times, ...later);
    if (Number.isFinite(next)) void wakeAfter(next - now, alarm.signal);
  }

  async function wakeAfter(ms: number, signal: AbortSignal): Promise<void> {
    await runtime.sleep(ms, signal);
    if (!signal.aborted) wake();
  }

  function isKept(name: string, key: string): boolean {
    return [...kept].some((job) => job.name === name && job.key === key);
  }

  function add(name: string, key: string, payloadJson: string, dueAt: number): void {
    kept.add({ jobId: runtime.newId(), name, key, payloadJson, dueAt, failures: 0 });
  }

  function begin(job: KeptJob, host: Host): void {
    const definition = host.definitions.get(job.name);
    if (definition === undefined) return;
    const run: Run = { host, controller: runtime.newAbortController() };
    job.run = run;
    host.busy.add(job.name);
    const payload: JsonValue = JSON.parse(job.payloadJson);
    const { signal } = run.controller;
    const running = Promise.resolve()
      .then(() => definition.run({ jobId: job.jobId, payload, signal }))
      .then(
        () => end(job, run, definition, undefined),
        (error) => end(job, run, definition, { error }),
      )
      .finally(() => {
        host.running.delete(running);
        host.busy.delete(job.name);
        run.controller.abort();
        wake();
      });
    host.running.add(running);
    void limit(job, run, definition);
  }

  /** Ends a run that takes too long, for whoever waits for it: what runs is only told by its signal. */
  async function limit(job: KeptJob, run: Run, definition: JobDefinition): Promise<void> {
    await runtime.sleep(maxRunMs, run.controller.signal);
    if (job.run !== run || run.controller.signal.aborted) return;
    end(job, run, definition, { error: new Error(`it took longer than ${maxRunMs} ms`) });
    run.controller.abort();
    wake();
  }

  function end(
    job: KeptJob,
    run: Run,
    { maxRetries = defaultMaxRetries }: JobDefinition,
    failed: { readonly error: unknown } | undefined,
  ): void {
    if (job.run !== run) return;
    delete job.run;
    const attributes = { job: job.name, jobId: job.jobId, error: String(failed?.error) };
    if (failed === undefined) {
      kept.delete(job);
    } else if (job.failures >= maxRetries) {
      kept.delete(job);
      logger?.error('A background job failed for the last time and is given up.', attributes);
    } else {
      logger?.warn('A background job failed and will be tried again.', attributes);
      job.dueAt = runtime.wallNow() + Math.min(firstPauseMs * 2 ** job.failures, longestPauseMs);
      job.failures += 1;
    }
  }

  async function takeOver(frozen: Host): Promise<void> {
    await runtime.sleep(takeoverMs);
    for (const job of kept) {
      const { run } = job;
      const definition = frozen.definitions.get(job.name);
      if (run?.host !== frozen || definition === undefined) continue;
      end(job, run, definition, { error: new Error('its host gave no sign of life') });
    }
    wake();
  }

  function define(host: Host, definition: JobDefinition): void {
    checkJobDefinition(definition);
    const { name, cron } = definition;
    if (host.definitions.has(name)) {
      throw new CodedError('invalid-input', { message: `The job ${name} is defined already.` });
    }
    host.definitions.set(name, definition);
    const nextAt = cron === undefined ? undefined : nextCronTime(cron, runtime.wallNow());
    if (cron === undefined || nextAt === undefined) schedules.delete(name);
    else if (schedules.get(name)?.cron !== cron) schedules.set(name, { cron, nextAt });
    wake();
  }

  return {
    join() {
      const host: Host = {
        definitions: new Map(),
        running: new Set(),
        busy: new Set(),
        state: 'up',
      };
      hosts.push(host);
      return {
        jobs: {
          define: (definition) => define(host, definition),
          async send(job) {
            checkNewJob(job);
            if (host.state !== 'up') {
              throw new CodedError('stopping', { message: 'The host is stopping.' });
            }
            const { name, key = runtime.newId(), payload = null, startAfter = 0 } = job;
            if (isKept(name, key)) return false;
            add(name, key, JSON.stringify(payload), Math.max(startAfter, runtime.wallNow()));
            wake();
            return true;
          },
        },
        async stop() {
          host.state = 'stopping';
          for (const { run } of kept) if (run?.host === host) run.controller.abort();
          await Promise.all(host.running);
        },
        freeze() {
          host.state = 'frozen';
          void takeOver(host);
        },
      };
    },
  };
}

function canRun({ state, definitions, busy }: Host, name: string): boolean {
  return state === 'up' && definitions.has(name) && !busy.has(name);
}
