export type { Carrier, Packet, Receive, SendOutcome } from './carrier.ts';
export { type BusOptions, createBus, type OpenBus } from './create-bus.ts';
