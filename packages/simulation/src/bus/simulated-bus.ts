import { type MemoryBus, memoryBus } from '@dispatch/conformance/fakes';
import type { Bus } from '@dispatch/contracts';
import type { Incarnation } from '../host/incarnation.ts';
import type { Weather } from '../world/weather.ts';
import type { World } from '../world/world.ts';

/** The way between a host and the bus; each direction is cut by itself. */
export interface BusLink {
  isSendingCut: boolean;
  isHearingCut: boolean;
}

interface Member {
  readonly incarnation: Incarnation;
  readonly link: BusLink;
}

/** The bus between the hosts: late, in any order, twice or not at all, as the weather has it. */
export class SimulatedBus {
  readonly #bus: MemoryBus;
  readonly #members = new Map<string, Member>();

  constructor(world: World, weather: Weather) {
    this.#bus = memoryBus({
      deliver: ({ from, to, topic }, deliver) => {
        const sender = this.#members.get(from);
        const receiver = this.#members.get(to);
        if (sender === undefined || receiver === undefined) return;
        if (sender.incarnation.isDead || receiver.incarnation.isDead) return;
        if (sender.link.isSendingCut || receiver.link.isHearingCut) return;
        if (!world.isHealed && world.chance(weather.busLoses)) {
          world.fault('bus loses a message', from, `${topic} to ${to}`);
          return;
        }
        const arrive = () => {
          world.after(world.between(0, weather.busMs), () => receiver.incarnation.enter(deliver));
        };
        arrive();
        if (world.isHealed || !world.chance(weather.busDoubles)) return;
        world.fault('bus doubles a message', from, `${topic} to ${to}`);
        arrive();
      },
    });
  }

  join(incarnation: Incarnation, link: BusLink): Bus {
    this.#members.set(incarnation.name, { incarnation, link });
    incarnation.onEnd(() => this.#members.delete(incarnation.name));
    const bus = this.#bus.join(incarnation.name);
    return {
      publish: (topic, message) => {
        if (!incarnation.isDead) bus.publish(topic, message);
      },
      subscribe: (topic, listener) => bus.subscribe(topic, listener),
    };
  }
}
