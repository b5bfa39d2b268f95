import { memoryDatabase } from '@dispatch/conformance/fakes';
import { SimulatedBus } from './bus/simulated-bus.ts';
import { checkTheEnd } from './checks/final-checks.ts';
import { findRestless } from './checks/find-restless.ts';
import { StoreWatch } from './checks/store-watch.ts';
import { castClients } from './clients/cast-clients.ts';
import { HostNode } from './host/host-node.ts';
import { runIncidents } from './host/incidents.ts';
import { Consents } from './model/consents.ts';
import { Effects } from './model/effects.ts';
import { SentMessages } from './model/sent-message.ts';
import { Network } from './network/network.ts';
import { drawWeather } from './world/weather.ts';
import type { World } from './world/world.ts';

/** Virtual time that clients and incidents may take; suspended for hours they are far from it. */
const longestMs = 100 * 3_600_000;
/** Virtual time after which what is not quiet is stuck, since all was healed: a silent provider is waited for. */
const stuckAfterMs = 200_000;
/** So often it is looked whether all is quiet. */
const betweenLooksMs = 100;

/** Lets everything happen, heals it, waits until all is quiet, and holds the end against the promises. */
export async function runHistory(world: World): Promise<{ readonly events: number }> {
  const weather = drawWeather(world);
  if (world.trace.isOn) world.note('world', 'weather', JSON.stringify(weather));
  const database = memoryDatabase(() => world.now());
  const consents = new Consents();
  const effects = new Effects(world, consents);
  const watch = new StoreWatch(world, database, effects);
  const sent = new SentMessages();
  const bus = new SimulatedBus(world, weather);
  const surroundings = { world, weather, database, effects, bus, watch };
  const first = new HostNode('a', surroundings);
  const others = ['b', 'c'].slice(0, weather.hosts - 1);
  const nodes = [first, ...others.map((name) => new HostNode(name, surroundings))] as const;
  for (const node of nodes) node.boot();

  const network = new Network(world, weather);
  const cast = castClients({
    world,
    weather,
    network,
    hosts: nodes,
    sent,
    consents,
    committedSince: (conversationId, seq) => watch.committedSince(conversationId, seq),
  });
  let areIncidentsOver = false;
  void runIncidents(world, weather, nodes).then(() => {
    areIncidentsOver = true;
  });

  const { timeline } = world;
  const isBroken = () => world.violation !== undefined;
  await timeline.run(() => isBroken() || (cast.isSilent() && areIncidentsOver), longestMs);
  world.heal();
  world.note('world', 'is healed');
  const limit = world.now() + stuckAfterMs;
  let isQuiet = false;
  const look = () => {
    const restless = findRestless(database, cast.audiences, sent);
    isQuiet = restless === undefined;
    if (restless !== undefined && world.now() > limit) world.violated('ends', restless);
    if (!isQuiet) world.after(betweenLooksMs, look);
  };
  look();
  await timeline.run(() => isBroken() || isQuiet, limit + 2 * betweenLooksMs);
  if (!isBroken()) {
    // On one host the abort is done where it is asked for; on another it may come with the lease.
    const abortReachesMs = weather.hosts === 1 ? 0 : 2 * weather.leaseMs;
    const { audiences } = cast;
    checkTheEnd({ world, database, sent, consents, effects, watch, abortReachesMs, audiences });
  }
  for (const node of nodes) node.shut();
  return { events: cast.countEvents() };
}
