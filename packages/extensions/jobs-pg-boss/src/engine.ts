import { type Database, maxRunMs } from '@dispatch/contracts';
import type { Clock, PgBoss, QueueOptions, QueuePolicy } from 'pg-boss';
import type { Complain } from './complaints.ts';
import { connectionOf } from './connection.ts';

export interface EngineOptions {
  readonly database: Database;
  readonly maxConnections: number;
  readonly complain: Complain;
  /** The system's unless given. */
  readonly clock?: Clock;
}

/** Of the schema that pg-boss keeps to itself: its version is its own affair. */
const schema = 'dispatch_jobs';

/**
 * Loads pg-boss, which costs memory that a host without background work need not spend, and starts
 * it. Makes the schema or brings it up to date, under a lock; any number of hosts may start at once.
 */
export async function startEngine(options: EngineOptions): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const engine = new PgBoss({
    ...connectionOf(options.database),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    application_name: 'dispatch-jobs',
    connectionTimeoutMillis: 5_000,
    max: options.maxConnections,
    schema,
    // What we have no use for, and what would ask the database for it every few seconds.
    flowIntervalSeconds: 3600,
    cronWorkerIntervalSeconds: 15,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
    registerInstance: false,
    reindex: false,
  });
  // Without a listener an error would end the process.
  engine.on('error', options.complain);
  try {
    return await engine.start();
  } catch (error) {
    await engine.stop({ graceful: false }).catch(options.complain);
    throw error;
  }
}

/** For each name of jobs: how the contract `jobs` says it in pg-boss's words. */
export function queueOptions(maxRetries: number): QueueOptions {
  return {
    retryLimit: maxRetries,
    retryDelay: 10,
    retryBackoff: true,
    retryDelayMax: 600,
    heartbeatSeconds: 30,
    expireInSeconds: maxRunMs / 1000,
    retentionSeconds: 14 * 86_400,
    deleteAfterSeconds: 86_400,
  };
}

/** One job of a key waits or runs at a time. */
export const policy: QueuePolicy = 'exclusive';
