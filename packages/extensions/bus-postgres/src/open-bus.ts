import { createBus, type OpenBus } from '@dispatch/bus';
import type { Database, Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { openCarrier } from './carrier.ts';

export interface OpenBusOptions {
  readonly database: Database;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/**
 * Joins the bus of a database. Opens a connection with the first message and another one with the
 * first subscription; none at all where nobody else can reach the database.
 */
export function openBus({ database, runtime, logger }: OpenBusOptions): OpenBus {
  if (database.isPrivate) return lonelyBus;
  return createBus({
    runtime,
    logger,
    openCarrier: (receive) => openCarrier({ database, runtime, logger, receive }),
  });
}

/** There is nobody to tell, and nobody who would tell anything. */
const lonelyBus: OpenBus = {
  bus: { publish: () => {}, subscribe: async () => () => {} },
  close: async () => {},
};
