import type { MemoryDatabase } from '@dispatch/conformance/fakes';
import consent from '@dispatch/consent';
import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createHost, type Host, type HostConfig } from '@dispatch/host';
import type { Sink } from '@dispatch/kernel';
import orchestrator from '@dispatch/session-orchestrator';
import type { BusLink, SimulatedBus } from '../bus/simulated-bus.ts';
import type { StoreWatch } from '../checks/store-watch.ts';
import { simulatedProvider } from '../extensions/simulated-provider.ts';
import { simulatedTools } from '../extensions/simulated-tools.ts';
import { toolNames } from '../extensions/tool-names.ts';
import type { Effects } from '../model/effects.ts';
import { HostServer } from '../network/host-server.ts';
import type { Endpoint } from '../network/network.ts';
import { createStoreGate, type StoreLink } from '../store/store-gate.ts';
import type { Asking, Weather } from '../world/weather.ts';
import type { World } from '../world/world.ts';
import { type HostClock, hostRuntime } from './host-runtime.ts';
import { Incarnation } from './incarnation.ts';

export interface NodeSurroundings {
  readonly world: World;
  readonly weather: Weather;
  readonly database: MemoryDatabase;
  readonly effects: Effects;
  readonly bus: SimulatedBus;
  readonly watch: StoreWatch;
}

interface Life {
  readonly incarnation: Incarnation;
  readonly host: Host;
  server: HostServer | undefined;
}

/** A machine on which a host runs, again and again. */
export class HostNode implements Endpoint {
  readonly name: string;
  readonly storeLink: StoreLink = { isRequestCut: false, isAnswerCut: false };
  readonly busLink: BusLink = { isSendingCut: false, isHearingCut: false };
  readonly clock: HostClock;
  readonly #surroundings: NodeSurroundings;
  readonly #config: HostConfig;
  #life: Life | undefined;
  #lives = 0;
  #isStopping = false;

  constructor(name: string, surroundings: NodeSurroundings) {
    const { world, weather } = surroundings;
    this.name = name;
    this.#surroundings = surroundings;
    this.#config = configOf(name, weather);
    this.clock = {
      rate: 1 + (world.random() * 2 - 1) * weather.drift,
      offsetMs: world.between(0, 100_000),
      wallJumpMs: 0,
    };
  }

  get isUp(): boolean {
    return this.#life !== undefined;
  }

  get isFrozen(): boolean {
    return this.#life?.incarnation.isFrozen === true;
  }

  /** What is open on its server now. */
  get openCount(): number {
    return this.#life?.server?.openCount ?? 0;
  }

  reach() {
    const life = this.#life;
    if (life?.server?.isListening !== true) return undefined;
    return { incarnation: life.incarnation, server: life.server };
  }

  boot(): void {
    if (this.#life !== undefined) return;
    const { world } = this.#surroundings;
    this.#lives += 1;
    const incarnation = new Incarnation(`${this.name}.${this.#lives}`, (run) => {
      world.after(0, run);
    });
    world.note(incarnation.name, 'boots');
    this.#isStopping = false;
    const life: Life = { incarnation, host: this.#makeHost(incarnation), server: undefined };
    this.#life = life;
    life.host.start().then(
      () => world.note(incarnation.name, 'is ready'),
      (error: unknown) => {
        world.note(incarnation.name, 'did not start', String(error));
        this.#ended(life, world.between(50, 500));
      },
    );
  }

  /** `SIGKILL`, and a new start a while later. */
  kill(): void {
    const life = this.#life;
    if (life === undefined) return;
    const { world, weather } = this.#surroundings;
    world.crashes += 1;
    world.note(life.incarnation.name, 'dies');
    const longest = world.isHealed ? 100 : 2 * weather.leaseMs;
    this.#ended(life, world.chance(0.5) ? world.between(0, 100) : world.between(0, longest));
  }

  /** `SIGTERM`, and a new start a while later. */
  stop(): void {
    const life = this.#life;
    if (life === undefined || this.#isStopping) return;
    this.#isStopping = true;
    const { world } = this.#surroundings;
    world.note(life.incarnation.name, 'stops');
    const ended = () => {
      if (this.#life === life) this.#ended(life, world.between(0, 200));
    };
    life.host.stop().then(ended, ended);
  }

  freeze(): void {
    this.#life?.incarnation.freeze();
  }

  thaw(): void {
    this.#life?.incarnation.thaw();
  }

  /** For good. */
  shut(): void {
    this.#life?.incarnation.kill();
    this.#life = undefined;
  }

  #ended(life: Life, restartMs: number): void {
    life.incarnation.kill();
    if (this.#life !== life) return;
    this.#life = undefined;
    this.#surroundings.world.after(restartMs, () => this.boot());
  }

  #makeHost(incarnation: Incarnation): Host {
    const { world, weather, database, effects, bus, watch } = this.#surroundings;
    const runtime = hostRuntime(world, incarnation, this.clock);
    const crash = () => {
      if (this.#life?.incarnation === incarnation) this.kill();
    };
    const mayCrash = (where: string) => {
      const isOver = world.isHealed || world.crashes >= weather.maxCrashes;
      if (isOver || !world.chance(weather.crashAtWork)) return incarnation.isDead;
      world.fault('crash at work', incarnation.name, where);
      crash();
      return true;
    };
    const gate = createStoreGate({
      world,
      weather,
      incarnation,
      link: this.storeLink,
      observe: (method, args) => watch.beforeCall(incarnation.name, method, args),
      crash,
    });
    const surroundings = defineExtension({
      ...about('surroundings'),
      provides: ['store', 'records', 'blobs', 'bus', 'provider', 'tool', 'sink'],
      setup: async () => ({
        contributes: {
          ...database.view(gate),
          bus: bus.join(incarnation, this.busLink),
          provider: [
            simulatedProvider({
              world,
              weather,
              runtime,
              mayCrash,
              wasDeleted: (conversationId) => watch.wasDeleted(conversationId),
            }),
          ],
          tool: simulatedTools({
            world,
            incarnation,
            runtime,
            effects,
            mayCrash,
            ownership: (turnId) => watch.ownership(incarnation.name, turnId),
            isStartRecorded: (conversationId, callId) => watch.isStarted(conversationId, callId),
            areClocksTrue: weather.drift === 0,
          }),
          sink: [traceSink(world, incarnation.name)],
        },
      }),
    });
    const transport = defineExtension({
      ...about('transport'),
      needs: ['conversations', 'inventory', 'route', 'frame'],
      provides: ['transport'],
      setup: async ({ needs, logger, signal }) => {
        const { conversations, inventory, route: routes, frame: frames } = needs;
        const server = new HostServer({
          ...{ conversations, inventory, routes, frames, runtime, logger, signal },
        });
        return {
          contributes: {
            transport: [
              {
                name: 'simulated',
                listen: async () => {
                  server.isListening = true;
                  if (this.#life?.incarnation === incarnation) this.#life.server = server;
                  return { url: `sim://${incarnation.name}` };
                },
                close: async () => server.close(),
              },
            ],
          },
        };
      },
    });
    return createHost({
      extensions: [
        surroundings,
        ...(weather.asking === undefined ? [] : [consent]),
        orchestrator,
        transport,
      ],
      runtime,
      config: this.#config,
    });
  }
}

/** Of all lives of a host: it is the same file each time. */
function configOf(hostId: string, { leaseMs, asking }: Weather): HostConfig {
  return {
    options: {
      [orchestrator.name]: {
        hostId,
        leaseMs,
        approvals: 'auto',
        retryDelaysMs: [20, 100, 400],
        retryBudgetMs: 2000,
        shutdownGraceMs: 500,
        eventLogMb: 1,
      },
      ...(asking === undefined ? {} : { [consent.name]: consentOptions(asking) }),
    },
  };
}

function consentOptions({ holdMs, expiresMs }: Asking) {
  return { holdMs, expiresMs, rules: [{ decision: 'allow', tool: [...toolNames] }] };
}

/** There in every history, so that one goes the same way whether it is traced or not. */
function traceSink(world: World, who: string): Sink {
  return {
    name: 'trace',
    write(record) {
      if (!world.trace.isOn || record.type !== 'log') return;
      world.note(who, record.message, JSON.stringify(record.attributes));
    },
    flush: async () => {},
  };
}

function about(part: string) {
  return {
    name: `@dispatch/simulation/${part}`,
    version: '0.1.0',
    apiVersion,
    parseOptions: () => undefined,
  };
}
