import { createBusPostgres } from './bus-postgres.ts';

export { createBusPostgres } from './bus-postgres.ts';
export { type OpenBusOptions, openBus } from './open-bus.ts';
export type { BusPostgresOptions } from './options.ts';

export default createBusPostgres();
