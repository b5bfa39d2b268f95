import { type MemoryDatabase, memoryDatabase } from '@dispatch/conformance/fakes';
import { checkTheEnd } from './checks/final-checks.ts';
import { StoreWatch } from './checks/store-watch.ts';
import { followLines } from './clients/line-follower.ts';
import { Mirror } from './clients/mirror.ts';
import { runSender } from './clients/sender.ts';
import { followSocket } from './clients/socket-follower.ts';
import { HostNode } from './host/host-node.ts';
import { runIncidents } from './host/incidents.ts';
import { Effects } from './model/effects.ts';
import { SentMessages } from './model/sent-message.ts';
import { Network } from './network/network.ts';
import { createTrace, silentTrace } from './world/trace.ts';
import { drawWeather } from './world/weather.ts';
import { World } from './world/world.ts';

export interface SimulateOptions {
  /** Keep the last lines of what happened. */
  readonly isTraced?: boolean;
}

/** What became of one history. */
export interface HistoryReport {
  readonly seed: number;
  /** Absent where all promises were kept. */
  readonly violation?: { readonly rule: string; readonly message: string };
  /** How often each kind of fault was done. */
  readonly faults: ReadonlyMap<string, number>;
  /** Looks at an invariant. */
  readonly checks: number;
  /** Events that clients were told. */
  readonly events: number;
  /** Virtual milliseconds. */
  readonly durationMs: number;
  /** The last lines, where the history was traced. */
  readonly trace: readonly string[];
}

/** Virtual time after which a history that is not quiet is stuck: since all faults were healed. */
const stuckAfterMs = 60_000;

/**
 * Runs one history: hosts, clients and faults, all from one seed. The same seed, the same sources:
 * the same history. Rejects only for a fault of the simulation's own.
 */
export async function simulate(
  seed: number,
  options: SimulateOptions = {},
): Promise<HistoryReport> {
  const world = new World(seed, options.isTraced === true ? createTrace() : silentTrace);
  const weather = drawWeather(world);
  world.note('world', 'weather', JSON.stringify(weather));
  const database = memoryDatabase(() => world.now());
  const effects = new Effects(world);
  const watch = new StoreWatch(world, database, effects);
  const sent = new SentMessages();
  const surroundings = { world, weather, database, effects, watch, checkRequest: () => {} };
  const first = new HostNode('a', surroundings);
  const nodes = [
    first,
    ...['b', 'c'].slice(0, weather.hosts - 1).map((name) => new HostNode(name, surroundings)),
  ] as const;
  const network = new Network(world, weather);
  for (const node of nodes) node.boot();

  const mirrors = new Map<string, Mirror[]>();
  let senders = 0;
  const clients = { world, weather, network, hosts: nodes, sent };
  for (const conversationId of world.chance(0.2) ? ['c', 'd'] : ['c']) {
    for (let left = world.pick([1, 1, 1, 2]); left > 0; left -= 1) {
      senders += 1;
      const ended = () => {
        senders -= 1;
      };
      runSender(clients, `sender-${senders}`, conversationId).then(ended, (error: unknown) => {
        world.violated('client', error instanceof Error ? String(error.stack) : String(error));
      });
    }
    const follow = world.chance(0.5) ? followLines : followSocket;
    const mirror = new Mirror(`reader-${conversationId}`, world);
    mirrors.set(conversationId, [mirror]);
    follow(clients, conversationId, mirror).catch((error: unknown) => {
      world.violated('client', error instanceof Error ? String(error.stack) : String(error));
    });
  }
  const incidents = { isOver: false };
  runIncidents(world, weather, nodes).then(() => {
    incidents.isOver = true;
  });

  const { timeline } = world;
  const isBroken = () => world.violation !== undefined;
  await timeline.run(() => isBroken() || (senders === 0 && incidents.isOver), 600_000);
  world.isHealed = true;
  world.note('world', 'is healed');
  const limit = world.now() + stuckAfterMs;
  let isQuiet = false;
  const look = () => {
    const restless = findRestless(database, mirrors, sent);
    isQuiet = restless === undefined;
    if (restless !== undefined && world.now() > limit) world.violated('ends', restless);
    if (!isQuiet) world.after(100, look);
  };
  look();
  await timeline.run(() => isBroken() || isQuiet, limit + 1000);
  if (!isBroken()) checkTheEnd({ world, database, sent, effects, mirrors });
  for (const node of nodes) node.shut();
  let events = 0;
  for (const list of mirrors.values()) for (const mirror of list) events += mirror.events;
  const { violation } = world;
  return {
    seed,
    ...(violation === undefined
      ? {}
      : { violation: { rule: violation.rule, message: violation.message } }),
    faults: world.faults,
    checks: world.checks,
    events,
    durationMs: world.now(),
    trace: world.trace.lines(),
  };
}

/** What is still under way; undefined where all is quiet. */
function findRestless(
  database: MemoryDatabase,
  mirrors: ReadonlyMap<string, readonly Mirror[]>,
  sent: SentMessages,
): string | undefined {
  for (const [conversationId, followers] of mirrors) {
    const inspection = database.inspect(conversationId);
    if (inspection === undefined) continue;
    const { status, lastSeq } = inspection.conversation;
    if (status !== 'idle') return `the last turn of ${conversationId} still runs`;
    const { length } = inspection.queue;
    if (length > 0) return `${length} messages wait in ${conversationId}`;
    if (sent.isDeleted(conversationId)) continue;
    for (const { name, seq } of followers) {
      if (seq !== lastSeq) return `${name} stands at ${seq} of ${lastSeq}`;
    }
  }
  return undefined;
}
