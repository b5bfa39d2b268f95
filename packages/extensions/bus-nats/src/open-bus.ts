import { createBus, type OpenBus } from '@dispatch/bus';
import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { openCarrier } from './carrier.ts';
import type { BusNatsOptions } from './options.ts';

export interface OpenBusOptions extends BusNatsOptions {
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** Joins the bus of a NATS server: connects at once, and for as long as it takes. */
export function openBus(options: OpenBusOptions): OpenBus {
  const { runtime, logger } = options;
  return createBus({
    runtime,
    logger,
    openCarrier: (receive) => openCarrier({ ...options, receive }),
  });
}
