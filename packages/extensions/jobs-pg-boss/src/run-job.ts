import type { JobDefinition } from '@dispatch/contracts';
import type { JsonValue, Logger } from '@dispatch/kernel';
import type { JobWithMetadata } from 'pg-boss';

/** A job's data as it is kept: pg-boss wants an object. */
export interface JobData {
  readonly payload: JsonValue;
}

/**
 * Does one job, and tells the log where it fails. What pg-boss keeps of a failure is a sentence of
 * ours: errors may name what is not for a table.
 */
export async function runJob(
  job: JobWithMetadata<JobData>,
  { name, run }: JobDefinition,
  stop: AbortSignal,
  logger: Logger,
): Promise<void> {
  const { id: jobId, data, retryCount, retryLimit } = job;
  const signal = AbortSignal.any([job.signal, stop]);
  try {
    await run({ jobId, payload: data.payload, signal });
  } catch (error) {
    const attributes = {
      job: name,
      jobId,
      error: error instanceof Error ? error.message : String(error),
    };
    if (retryCount < retryLimit) {
      logger.warn('A background job failed and will be tried again.', attributes);
    } else {
      logger.error('A background job failed for the last time and is given up.', attributes);
    }
    throw new Error('the run failed; the log says why');
  }
}
