import { jobsConformance } from '@dispatch/conformance';
import { createLogger } from '@dispatch/kernel';
import { type Clock, TestClock } from 'pg-boss';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { type OpenedJobs, openJobs } from './jobs.ts';

const logger = createLogger({
  extension: 'test',
  now: () => 0,
  newTraceId: () => 't',
  newSpanId: () => 's',
  write: (record) => process.env.TELL && console.log(JSON.stringify(record)),
});

/** A host's share of a common clock: as long as it is not frozen, its timers fire. */
function shareOf(clock: TestClock) {
  let isFrozen = false;
  const unlessFrozen = (callback: () => void) => () => {
    if (!isFrozen) callback();
  };
  const share: Clock & Pick<TestClock, 'attach'> = {
    now: () => clock.now(),
    setTimeout: (callback, ms) => clock.setTimeout(unlessFrozen(callback), ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
    setInterval: (callback, ms) => clock.setInterval(unlessFrozen(callback), ms),
    clearInterval: (timer) => clock.clearInterval(timer),
    attach: (target) => clock.attach(target),
  };
  return {
    share,
    freeze: () => {
      isFrozen = true;
    },
  };
}

jobsConformance('jobs-pg-boss', async () => {
  const database = { url: await freshDatabaseUrl(), isPrivate: true };
  const clock = new TestClock(Date.UTC(2026, 0, 1, 0, 2));
  const runtime = realTimeRuntime();
  const hosts: OpenedJobs[] = [];
  return {
    join() {
      const { share, freeze } = shareOf(clock);
      const opened = openJobs({
        database,
        runtime,
        logger,
        maxConnections: 2,
        pollMs: 5_000,
        startDelayMs: 0,
        clock: share,
      });
      hosts.push(opened);
      return { jobs: opened.jobs, stop: opened.close, freeze };
    },
    now: () => clock.now(),
    async advance(ms) {
      await Promise.all(hosts.map(({ settle }) => settle()));
      await clock.tick(ms);
    },
    async dispose() {
      await Promise.all(hosts.map(({ close }) => close()));
    },
  };
});
