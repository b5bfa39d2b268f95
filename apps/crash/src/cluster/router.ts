import type { Random } from '../random.ts';
import type { Cluster } from './cluster.ts';

/** What stands before the hosts, as a load balancer does. */
export interface Router {
  /** The URL of some host. */
  pick(): string;
}

/** How often a request goes to a host that is gone: a load balancer does not know at once. */
const staleness = 0.1;

/** Sends each request to any host that is up or only seems to be: one that froze keeps its port. */
export function createRouter(cluster: Cluster, random: Random): Router {
  return {
    pick() {
      const alive = cluster.members.filter(({ state }) => state !== 'down');
      const isStale = alive.length === 0 || random.chance(staleness);
      return random.pick(isStale ? cluster.members : alive).url;
    },
  };
}
