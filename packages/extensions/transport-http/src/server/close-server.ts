import type { Server } from 'node:http';
import type { Follower, Runtime, Upgrade } from '@dispatch/contracts';

/** What is under way has so long to end by itself. */
const graceMs = 3000;

/**
 * Takes no new connection, lets those who follow go, and waits, bounded, for the answers that are
 * under way. Resolves when nothing of the server is open. Never rejects.
 */
export async function closeServer(options: {
  readonly server: Server;
  readonly followers: Iterable<Follower>;
  readonly upgrades: readonly Upgrade[];
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
}): Promise<void> {
  const { server, followers, upgrades, runtime } = options;
  const closed = new Promise<void>((resolve) => {
    // One that never listened is closed already, and says so by an error.
    server.close(() => resolve());
  });
  for (const follower of followers) follower.close();
  const ended = Promise.allSettled([closed, ...upgrades.map((upgrade) => upgrade.close())]);
  const timer = runtime.newAbortController();
  await Promise.race([ended, runtime.sleep(graceMs, timer.signal)]);
  timer.abort();
  server.closeAllConnections();
  await closed;
}
