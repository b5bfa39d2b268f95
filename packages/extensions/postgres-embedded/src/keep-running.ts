import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import {
  type RunningPostgres,
  type StartPostgresOptions,
  startPostgres,
} from './start-postgres.ts';

const pausesMs = [0, 500, 1000, 2000, 5000];

/**
 * Keeps a server up until it is stopped: one that ends by itself (killed for its memory, crashed) is
 * started again at the same address, for as long as it takes. Rejects where the first start fails.
 */
export async function keepRunning(
  options: Omit<StartPostgresOptions, 'sleep'>,
  { sleep }: Pick<Runtime, 'sleep'>,
  logger: Logger,
): Promise<Pick<RunningPostgres, 'database' | 'stop'>> {
  const start = (port?: number) =>
    startPostgres({
      ...options,
      ...(port === undefined ? {} : { port }),
      sleep: (ms) => sleep(ms),
      onNotice: (message) => logger.info(message),
      onServerLine: (line) => logger.debug(line),
    });
  const first = await start();
  let server = first;
  let isStopping = false;
  let restarting: Promise<void> | undefined;

  const restart = async (): Promise<void> => {
    for (let attempt = 0; !isStopping; attempt += 1) {
      await sleep(pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 0);
      try {
        server = await start(first.port);
        logger.info('PostgreSQL is up again.');
        void watch();
        return;
      } catch (error) {
        logger.error(`PostgreSQL does not start again: ${reasonOf(error)}`);
      }
    }
  };
  const watch = async (): Promise<void> => {
    await server.exited;
    if (isStopping) return;
    logger.error('PostgreSQL ended by itself: it is started again.');
    restarting = restart();
  };
  void watch();
  return {
    database: first.database,
    stop: async () => {
      isStopping = true;
      await restarting;
      await server.stop();
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'hint' in error ? `${error.message} ${error.hint}` : error.message;
}
