export type { Carrier, Frame, Receive, SendOutcome } from './carrier.ts';
export { type BusOptions, createBus, type OpenBus } from './create-bus.ts';
