import type { World } from './world.ts';

/** What may go wrong in a history, and how often; 0 is never. Chances are per call unless they say otherwise. */
export interface Weather {
  readonly hosts: number;
  readonly leaseMs: number;
  /** Longest way of a call to the store, and of its answer. */
  readonly storeMs: number;
  /** Longest way of bytes between a client and a host. */
  readonly networkMs: number;
  /** Longest way of a message on the bus. */
  readonly busMs: number;
  readonly storeRefuses: number;
  readonly storeLosesAnswer: number;
  readonly storeWritesLate: number;
  readonly storeMakesTwice: number;
  /** Between a call and its answer; four times as often where a tool is about to run. */
  readonly freezeWithinCall: number;
  readonly crashBeforeCall: number;
  readonly crashAfterCall: number;
  /** Of the commit of what was aborted: what is hard to stop takes its host with it. */
  readonly crashAtAbort: number;
  /** Of a tool's run, and of a request to a provider. */
  readonly crashAtWork: number;
  readonly busLoses: number;
  readonly busDoubles: number;
  /** Of a connection. */
  readonly networkCuts: number;
  /** Of a connection: its reader takes its time. */
  readonly slowReaders: number;
  /** Of a request to a provider. */
  readonly providerFails: number;
  readonly providerCuts: number;
  /** Calls of one tool are asked for; absent: nobody is asked. */
  readonly asking: Asking | undefined;
  /** Of an answer: it is larger than a message between hosts, or than what a host keeps of all. */
  readonly floods: number;
  /** How far clocks are off: rates differ by so much at most. */
  readonly drift: number;
  /** What is done to hosts as such, so often. */
  readonly incidents: readonly Incident[];
  readonly maxIncidents: number;
  /** Of hosts, in the whole history. */
  readonly maxCrashes: number;
}

export interface Asking {
  /** How long a turn waits in memory. */
  readonly holdMs: number;
  readonly expiresMs: number;
  /** People who answer, in each conversation. */
  readonly deciders: number;
}

/** `wall-jump`: of one host's wall clock; `suspend`: of everything, store and clients included. */
export type Incident =
  | 'kill'
  | 'stop'
  | 'freeze'
  | 'cut-store'
  | 'cut-bus'
  | 'wall-jump'
  | 'suspend';

/**
 * Each kind of fault is left out of most histories: a history with all of them at once ends before
 * any of them can do harm together with another.
 */
export function drawWeather(world: World): Weather {
  const sometimes = (share: number, most: number) =>
    world.chance(share) ? world.random() * most : 0;
  const incidents: Incident[] = [];
  for (const [incident, share] of incidentShares) {
    if (world.chance(share)) incidents.push(incident);
  }
  return {
    hosts: world.pick([1, 1, 2, 2, 3]),
    leaseMs: world.pick([1500, 3000]),
    storeMs: world.pick([1, 3, 3, 20]),
    networkMs: world.pick([1, 10, 10, 80]),
    busMs: world.pick([1, 10, 100]),
    storeRefuses: sometimes(0.2, 0.1),
    storeLosesAnswer: sometimes(0.2, 0.1),
    freezeWithinCall: sometimes(0.2, 0.05),
    storeMakesTwice: sometimes(0.2, 0.2),
    storeWritesLate: sometimes(0.15, 0.05),
    crashBeforeCall: sometimes(0.25, 0.05),
    crashAfterCall: sometimes(0.25, 0.05),
    crashAtAbort: sometimes(0.3, 1),
    crashAtWork: sometimes(0.2, 0.1),
    busLoses: sometimes(0.3, 0.3),
    busDoubles: sometimes(0.3, 0.3),
    networkCuts: sometimes(0.4, 0.7),
    slowReaders: sometimes(0.2, 0.5),
    providerFails: sometimes(0.3, 0.3),
    providerCuts: sometimes(0.2, 0.3),
    floods: world.chance(0.015) ? 0.3 : 0,
    asking: world.chance(0.25) ? drawAsking(world) : undefined,
    drift: world.pick([0, 0, 0.0005, 0.02]),
    incidents,
    maxIncidents: world.between(1, 4),
    maxCrashes: world.chance(0.03) ? 14 : world.between(1, 4),
  };
}

function drawAsking(world: World): Asking {
  return {
    holdMs: world.pick([0, 50, 2000]),
    expiresMs: world.pick([1000, 5000, 3_600_000]),
    deciders: world.pick([1, 1, 2]),
  };
}

const incidentShares: readonly (readonly [Incident, number])[] = [
  ['kill', 0.5],
  ['stop', 0.2],
  ['freeze', 0.3],
  ['cut-store', 0.25],
  ['cut-bus', 0.2],
  ['wall-jump', 0.1],
  ['suspend', 0.03],
];
