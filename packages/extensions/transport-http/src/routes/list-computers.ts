import {
  type ComputerInfo,
  type ComputerSource,
  type Contribution,
  isCodedError,
  type Runtime,
} from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { ComputersResponse } from '@dispatch/wire';

/** A source that has not answered by then counts as failed. */
const patienceMs = 5000;

type Failure = NonNullable<ComputersResponse['failures']>[number];

/**
 * The computers of all sources, in their order; an id that two know is the first one's, as where it
 * is used. A source that fails costs its own computers alone: it is named beside the others'. Never
 * rejects.
 */
export async function listComputers({
  sources,
  runtime,
  logger,
}: {
  readonly sources: readonly Contribution<ComputerSource>[];
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
  readonly logger: Logger;
}): Promise<ComputersResponse> {
  const failures: Failure[] = [];
  const over = runtime.newAbortController();
  const late = runtime.sleep(patienceMs, over.signal).then(() => {
    throw new Error(`It did not answer within ${patienceMs / 1000} s.`);
  });
  // Where every source was in time nobody looks at it.
  late.catch(() => {});
  const listed = await Promise.all(
    sources.map(async ({ extension, value }): Promise<readonly ComputerInfo[]> => {
      try {
        return await Promise.race([value.list(), late]);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn('A source of computers failed.', { source: extension, error: reason });
        // Words that are not a coded error's may hold secrets.
        const message = isCodedError(error) ? reason : 'It failed; the log of the host says why.';
        failures.push({ extension, message });
        return [];
      }
    }),
  );
  over.abort();
  const known = new Map<string, ComputerInfo>();
  for (const computer of listed.flat()) {
    if (!known.has(computer.computerId)) known.set(computer.computerId, computer);
  }
  const computers = [...known.values()].map(tellComputer);
  return failures.length === 0 ? { computers } : { computers, failures };
}

/** Nothing but what clients are told: a source may know more of one. */
function tellComputer({ computerId, host, user, port }: ComputerInfo) {
  return {
    computerId,
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  };
}
