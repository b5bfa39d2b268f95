import type { StoreGate } from '@dispatch/conformance/fakes';
import { CodedError, isCodedError } from '@dispatch/contracts';
import type { Incarnation } from '../host/incarnation.ts';
import type { Weather } from '../world/weather.ts';
import type { World } from '../world/world.ts';

/** The way between a host and the store; each direction is cut by itself. */
export interface StoreLink {
  isRequestCut: boolean;
  isAnswerCut: boolean;
}

/** After so long without an answer a call is given up, as the real store's deadline does. */
const storeDeadlineMs = 400;

/**
 * Looks at each call in the moment of it; returns what looks at what became of it. Undefined: there
 * is nothing to see.
 */
export type Observe = (
  method: string,
  args: readonly unknown[],
) => ((result: unknown) => void) | undefined;

/**
 * The real store makes a call again itself where its connection was lost before the answer: these are
 * answered the second time as they were the first, or have nothing left to do. A compare-and-set of a
 * record is not: who writes has to know its own write again.
 */
const repeatable = new Set([
  'startTurn',
  'enqueue',
  'commitStep',
  'commitSteering',
  'sealTurn',
  'recordResponse',
  'recordCallStart',
  'recordToolStep',
  'recordCallEnd',
  'requestAbort',
  'releaseTurn',
  'wakeTurn',
  'records.write',
]);

type Fate =
  | 'passes'
  | 'is refused'
  | 'loses its answer'
  | 'is made late'
  | 'is made twice'
  | 'crashes before'
  | 'crashes after'
  | 'freezes';

/** The gate of one life of a host: time, chance and faults between it and the one store. */
export function createStoreGate(options: {
  readonly world: World;
  readonly weather: Weather;
  readonly incarnation: Incarnation;
  readonly link: StoreLink;
  readonly observe: Observe;
  /** The host's process dies. */
  readonly crash: () => void;
}): StoreGate {
  const { world, weather, incarnation, link, observe, crash } = options;
  const { name } = incarnation;

  return (method, args, run) =>
    new Promise((resolve, reject) => {
      if (incarnation.isDead) return;
      const fate = drawFate(world, weather, method, args);
      if (world.trace.isOn) world.note(name, `store.${method}`, describe(args));
      if (fate === 'crashes before') {
        world.fault('crash before a call', name, method);
        crash();
        return;
      }
      // Made here, so that its stack tells who asked.
      const isUnmade = fate === 'is refused' && world.chance(0.5);
      const failure = world.trace.isOn ? unavailable(method, isUnmade) : undefined;
      const giveUp = (afterMs: number) => {
        world.after(afterMs, () =>
          incarnation.enter(() => reject(failure ?? unavailable(method, isUnmade))),
        );
      };
      if (fate === 'is refused') {
        world.fault('store refuses', name, method);
        giveUp(world.between(0, weather.storeMs));
        return;
      }
      if (link.isRequestCut) {
        giveUp(storeDeadlineMs);
        return;
      }
      let wasMade = false;
      const attempt = (): { readonly isMade: boolean; readonly answer: () => void } => {
        const look = observe(method, args);
        try {
          const result = run();
          look?.(result);
          return { isMade: true, answer: () => resolve(result) };
        } catch (error) {
          // The turn may be another's since, its conversation deleted, its record at the next version.
          const isExpected = ['stale-epoch', 'conversation-not-found', 'version-conflict'].some(
            (code) => isCodedError(error, code),
          );
          if (wasMade && !isExpected) {
            world.violated('repetition-answered', `${method} was made, then refused: ${error}`);
          }
          return { isMade: false, answer: () => reject(error) };
        }
      };
      const make = () => {
        const { answer } = attempt();
        if (fate === 'is made late') return;
        if (fate === 'crashes after') {
          world.fault('crash after a call', name, method);
          crash();
          return;
        }
        if (fate === 'freezes') {
          world.fault('freeze within a call', name, method);
          incarnation.freeze();
          const longest = weather.leaseMs * world.between(1, 3);
          world.after(world.between(0, longest), () => incarnation.thaw());
        }
        const isLost = fate === 'loses its answer' || link.isAnswerCut;
        if (fate === 'loses its answer') world.fault('store loses an answer', name, method);
        if (isLost) giveUp(storeDeadlineMs);
        else world.after(world.between(0, weather.storeMs), () => incarnation.enter(answer));
      };
      if (fate === 'is made late') {
        world.fault('store writes late', name, method);
        giveUp(storeDeadlineMs);
        world.after(world.between(0, 2 * weather.leaseMs), make);
      } else if (fate === 'is made twice') {
        world.fault('store makes a call twice', name, method);
        world.after(world.between(0, weather.storeMs), () => {
          wasMade = attempt().isMade;
        });
        world.after(weather.storeMs + world.between(1, storeDeadlineMs), make);
      } else {
        world.after(world.between(0, weather.storeMs), make);
      }
    });
}

function drawFate(world: World, weather: Weather, method: string, args: readonly unknown[]): Fate {
  if (world.isHealed) return 'passes';
  const chance = world.random();
  let sum = 0;
  const isBelow = (share: number) => {
    sum += share;
    return chance < sum;
  };
  if (isBelow(weather.storeRefuses)) return 'is refused';
  if (isBelow(weather.storeLosesAnswer)) return 'loses its answer';
  // Who asks again and again would find a late answer to be none.
  if (isBelow(method === 'ping' ? 0 : weather.storeWritesLate)) return 'is made late';
  if (isBelow(repeatable.has(method) ? weather.storeMakesTwice : 0)) return 'is made twice';
  if (world.crashes >= weather.maxCrashes) return 'passes';
  if (isBelow(isOfAbort(args) ? weather.crashAtAbort : weather.crashBeforeCall)) {
    return 'crashes before';
  }
  if (isBelow(weather.crashAfterCall)) return 'crashes after';
  const freezes = weather.freezeWithinCall * (method === 'recordCallStart' ? 4 : 1);
  if (isBelow(freezes)) return 'freezes';
  return 'passes';
}

/** A write that ends an aborted turn. */
function isOfAbort([written]: readonly unknown[]): boolean {
  if (typeof written !== 'object' || written === null || !('end' in written)) return false;
  const { end } = written;
  return typeof end === 'object' && end !== null && Reflect.get(end, 'finishReason') === 'aborted';
}

/** `isUnmade`: the caller is told that nothing was changed; else it can not know. */
function unavailable(method: string, isUnmade: boolean): CodedError {
  return new CodedError('store-unavailable', {
    message: 'The store does not answer.',
    hint: `The simulation kept the answer of ${method} back.`,
    ...(isUnmade ? { details: { wasMade: false } } : {}),
  });
}

/** For the trace. */
function describe(value: unknown): string {
  const text = JSON.stringify(value, (_, inner) =>
    inner instanceof Uint8Array ? `${inner.length} bytes` : inner,
  );
  return text === undefined ? '' : text.slice(0, 400);
}
