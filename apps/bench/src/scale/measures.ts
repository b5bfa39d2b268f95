import { measureCommits } from './commits.ts';
import { measureFollowed } from './followed.ts';
import { measureIdleSockets } from './idle-sockets.ts';
import { measureLeases } from './leases.ts';
import { measureLive } from './live.ts';
import { measureLoad } from './load.ts';

/** The clients, which run beside the hosts and not in them; by name, with their options as JSON. */
export const scaleMeasures: Readonly<Record<string, (options: string) => Promise<unknown>>> = {
  live: (options) => measureLive(JSON.parse(options)),
  load: (options) => measureLoad(JSON.parse(options)),
  followed: (options) => measureFollowed(JSON.parse(options)),
  'idle-sockets': (options) => measureIdleSockets(JSON.parse(options)),
  commits: (options) => measureCommits(JSON.parse(options)),
  leases: (options) => measureLeases(JSON.parse(options)),
};
