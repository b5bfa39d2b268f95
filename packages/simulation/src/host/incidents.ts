import type { Incident, Weather } from '../world/weather.ts';
import type { World } from '../world/world.ts';
import type { HostNode } from './host-node.ts';

const hourMs = 3_600_000;

/** Does to hosts what the weather has in store for them, and takes it all back. Resolves when it is over. */
export async function runIncidents(
  world: World,
  weather: Weather,
  nodes: readonly HostNode[],
): Promise<void> {
  for (let left = weather.maxIncidents; left > 0; left -= 1) {
    const incident = world.pickAny(weather.incidents);
    if (incident === undefined) return;
    await world.sleep(world.between(0, 700));
    const node = world.pickAny(nodes);
    if (node?.isUp !== true) continue;
    world.fault(incident, node.name);
    await happen(incident, world, weather, node);
  }
}

async function happen(
  incident: Incident,
  world: World,
  weather: Weather,
  node: HostNode,
): Promise<void> {
  const lasting = world.between(0, world.pick([50, weather.leaseMs, 1.5 * weather.leaseMs]));
  const { storeLink, busLink } = node;
  const direction = world.random();
  switch (incident) {
    case 'kill':
      node.kill();
      return;
    case 'stop':
      node.stop();
      return;
    case 'wall-jump':
      node.clock.wallJumpMs += world.between(-hourMs, hourMs);
      return;
    case 'suspend':
      world.timeline.skip(world.between(0, hourMs));
      return;
    case 'freeze':
      node.freeze();
      await world.sleep(lasting);
      node.thaw();
      return;
    case 'cut-store':
      storeLink.isRequestCut = direction < 0.7;
      storeLink.isAnswerCut = direction > 0.3;
      await world.sleep(lasting);
      storeLink.isRequestCut = false;
      storeLink.isAnswerCut = false;
      return;
    case 'cut-bus':
      busLink.isSendingCut = direction < 0.7;
      busLink.isHearingCut = direction > 0.3;
      await world.sleep(lasting);
      busLink.isSendingCut = false;
      busLink.isHearingCut = false;
      return;
  }
}
