import type { RunningJob } from '@dispatch/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobsHost } from './jobs/memory-jobs.ts';
import { codeOf, uniqueId } from './store/fixture.ts';

/** A system of hosts that share their jobs. */
export interface JobsFixture {
  /** One more host. */
  join(): JobsHost;
  /** Lets so much time go by for jobs, pauses and schedules. */
  advance(ms: number): Promise<void>;
  /** Epoch milliseconds, of the same time. */
  now(): number;
  dispose?(): Promise<void>;
}

const minuteMs = 60_000;

/** The suite of the contract `jobs`. */
export function jobsConformance(
  label: string,
  make: () => JobsFixture | Promise<JobsFixture>,
): void {
  describe(`${label}: jobs contract`, () => {
    let fixture: JobsFixture | undefined;
    afterEach(async () => {
      await fixture?.dispose?.();
      fixture = undefined;
    });

    const open = async () => {
      fixture = await make();
      return fixture;
    };
    /** Lets time go by, a second at a time, until it is so. */
    const until = async (isSo: () => boolean, withinMs = 3 * minuteMs) => {
      for (let ms = 0; ms < withinMs && !isSo(); ms += 1000) await fixture?.advance(1000);
      expect(isSo()).toBe(true);
    };
    const name = 'sweep';

    it('runs what is sent, once, on one of the hosts', async () => {
      const { join, advance } = await open();
      const ran: RunningJob[] = [];
      const run = async (job: RunningJob) => void ran.push(job);
      const hosts = [join(), join(), join()];
      for (const { jobs } of hosts) jobs.define({ name, run });
      const payload = { text: 'ä\u0001🙂', list: [1, null, true] };
      for (const { jobs } of hosts) expect(await jobs.send({ name, payload })).toBe(true);
      await until(() => ran.length === 3);
      await advance(minuteMs);
      expect(ran.map((job) => job.payload)).toEqual([payload, payload, payload]);
      expect(new Set(ran.map(({ jobId }) => jobId)).size).toBe(3);
    });

    it('keeps what is sent before anyone knows it', async () => {
      const { join, advance } = await open();
      expect(await join().jobs.send({ name })).toBe(true);
      await advance(10_000);
      const ran: unknown[] = [];
      join().jobs.define({ name, run: async ({ payload }) => void ran.push(payload) });
      await until(() => ran.length > 0);
      expect(ran).toEqual([null]);
    });

    it('adds no second job of a key while the first one waits or runs', async () => {
      const { join, now } = await open();
      const { jobs } = join();
      const done = Promise.withResolvers<void>();
      const ran: string[] = [];
      const run = async ({ jobId }: RunningJob) => {
        ran.push(jobId);
        await done.promise;
      };
      const job = { name, key: 'Night.ly_1-a', startAfter: now() + 30_000 };
      expect(await jobs.send(job)).toBe(true);
      expect(await join().jobs.send(job)).toBe(false);
      expect(await jobs.send({ ...job, name: 'other' })).toBe(true);
      jobs.define({ name, run });
      await until(() => ran.length === 1);
      expect(await jobs.send({ name, key: job.key })).toBe(false);
      done.resolve();
      let isAdded = false;
      for (let i = 0; i < 10 && !isAdded; i += 1) {
        await fixture?.advance(1000);
        isAdded = await jobs.send({ name, key: job.key });
      }
      expect(isAdded).toBe(true);
      await until(() => ran.length === 2);
      expect(new Set(ran).size).toBe(2);
    });

    it('does not begin before the time that was asked for', async () => {
      const { join, advance, now } = await open();
      const { jobs } = join();
      const ran: number[] = [];
      jobs.define({ name, run: async () => void ran.push(now()) });
      const startAfter = now() + 5 * minuteMs;
      await jobs.send({ name, startAfter });
      await advance(4 * minuteMs);
      expect(ran).toEqual([]);
      await until(() => ran.length === 1);
      expect(ran[0]).toBeGreaterThanOrEqual(startAfter);
    });

    it('runs one job of a name at a time on a host, and other names beside it', async () => {
      const { join, advance } = await open();
      const { jobs } = join();
      const ends = Promise.withResolvers<void>();
      let [running, most, others] = [0, 0, 0];
      jobs.define({
        name,
        run: async () => {
          running += 1;
          most = Math.max(most, running);
          await ends.promise;
          running -= 1;
        },
      });
      jobs.define({ name: 'other', run: async () => void others++ });
      for (let i = 0; i < 3; i += 1) await jobs.send({ name });
      await until(() => running === 1);
      await jobs.send({ name: 'other' });
      await until(() => others === 1);
      await advance(10_000);
      ends.resolve();
      await advance(30_000);
      expect([running, most]).toEqual([0, 1]);
    });

    it('tries what failed again, as the same job, and gives it up after the last time', async () => {
      const { join, advance, now } = await open();
      const { jobs } = join();
      const ran: { readonly jobId: string; readonly at: number }[] = [];
      jobs.define({
        name,
        maxRetries: 2,
        run: async ({ jobId }) => {
          ran.push({ jobId, at: now() });
          throw new Error('no');
        },
      });
      await jobs.send({ name, key: 'k' });
      await until(() => ran.length === 3);
      await advance(10 * minuteMs);
      expect(ran).toHaveLength(3);
      expect(new Set(ran.map(({ jobId }) => jobId)).size).toBe(1);
      const [first = 0, second = 0, third = 0] = ran.map(({ at }) => at);
      expect(second - first).toBeGreaterThanOrEqual(9_000);
      expect(third - second).toBeGreaterThanOrEqual(18_000);
      expect(await jobs.send({ name, key: 'k' })).toBe(true);
    });

    it('runs what comes by itself once each time, however many hosts there are', async () => {
      const { join, advance, now } = await open();
      const ran: { readonly payload: unknown; readonly at: number }[] = [];
      for (const { jobs } of [join(), join(), join()]) {
        jobs.define({
          name,
          cron: '*/5 * * * *',
          run: async ({ payload }) => void ran.push({ payload, at: now() }),
        });
      }
      await advance(16 * minuteMs);
      expect(ran).toHaveLength(3);
      for (const { payload, at } of ran) {
        expect(payload).toBeNull();
        expect(at % (5 * minuteMs)).toBeLessThan(1.5 * minuteMs);
      }
    });

    it('leaves out what comes by itself while the one before it runs', async () => {
      const { join, advance } = await open();
      const { jobs } = join();
      const ends = Promise.withResolvers<void>();
      let begun = 0;
      jobs.define({
        name,
        cron: '* * * * *',
        run: async () => {
          begun += 1;
          await ends.promise;
        },
      });
      await until(() => begun === 1);
      await advance(4 * minuteMs);
      ends.resolve();
      await advance(10_000);
      expect(begun).toBeLessThanOrEqual(2);
    });

    it('takes a schedule back with a definition that has none', async () => {
      const { join, advance } = await open();
      const first = join();
      let ran = 0;
      const run = async () => void ran++;
      first.jobs.define({ name, cron: '* * * * *', run });
      await until(() => ran === 1);
      await first.stop();
      join().jobs.define({ name, run });
      await advance(2 * minuteMs);
      const before = ran;
      await advance(5 * minuteMs);
      expect(ran).toBe(before);
    });

    it('tells what runs that the host stops, waits for it, and lets another host begin anew', async () => {
      const { join, advance } = await open();
      const [first, second] = [join(), join()];
      const ran: string[] = [];
      let isOver = false;
      first.jobs.define({
        name,
        run: async ({ jobId, signal }) => {
          ran.push(jobId);
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          isOver = true;
          throw new Error('not done');
        },
      });
      await first.jobs.send({ name });
      await until(() => ran.length === 1);
      await first.stop();
      expect(isOver).toBe(true);
      expect(await codeOf(first.jobs.send({ name }))).toBe('stopping');
      second.jobs.define({ name, run: async ({ jobId }) => void ran.push(jobId) });
      await until(() => ran.length === 2);
      expect(ran[1]).toBe(ran[0]);
      await advance(minuteMs);
      expect(ran).toHaveLength(2);
    });

    it('lets another host begin anew what a host that stands still has begun', async () => {
      const { join } = await open();
      const [first, second] = [join(), join()];
      const ran: string[] = [];
      first.jobs.define({
        name,
        run: ({ jobId, signal }) => {
          ran.push(jobId);
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      });
      await first.jobs.send({ name });
      await until(() => ran.length === 1);
      first.freeze();
      second.jobs.define({ name, run: async ({ jobId }) => void ran.push(jobId) });
      await until(() => ran.length === 2, 5 * minuteMs);
      expect(ran[1]).toBe(ran[0]);
    });

    it('ends what takes longer than an hour, and counts it as failed', async () => {
      const { join, advance } = await open();
      const { jobs } = join();
      const signals: AbortSignal[] = [];
      jobs.define({
        name,
        maxRetries: 1,
        run: ({ signal }) => {
          signals.push(signal);
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      });
      await jobs.send({ name });
      await until(() => signals.length === 1);
      await advance(58 * minuteMs);
      expect(signals[0]?.aborted).toBe(false);
      await until(() => signals.length === 2, 10 * minuteMs);
      expect(signals[0]?.aborted).toBe(true);
    });

    it('refuses what is not of the form that it must have', async () => {
      const { join } = await open();
      const { jobs } = join();
      const run = async () => {};
      const define = (more: object) => () => jobs.define({ name: uniqueId('job'), run, ...more });
      for (const bad of [
        { name: '' },
        { name: 'Sweep' },
        { name: 'a'.repeat(65) },
        { cron: 'hourly' },
        { cron: '* * * *' },
        { cron: '61 * * * *' },
        { maxRetries: -1 },
        { maxRetries: 0.5 },
        { maxRetries: 21 },
      ]) {
        expect(define(bad)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
      }
      jobs.define({ name, run });
      expect(define({ name })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
      for (const bad of [
        { name: 'no name' },
        { name, key: '' },
        { name, key: 'with blanks' },
        { name, startAfter: Number.NaN },
        { name, startAfter: -1 },
        { name, payload: 'ä'.repeat(33_000) },
      ]) {
        expect(await codeOf(jobs.send(bad))).toBe('invalid-input');
      }
    });
  });
}
