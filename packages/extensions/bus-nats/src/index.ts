import { createBusNats } from './bus-nats.ts';

export { createBusNats } from './bus-nats.ts';
export { type OpenBusOptions, openBus } from './open-bus.ts';
export type { BusNatsOptions } from './options.ts';

export default createBusNats();
