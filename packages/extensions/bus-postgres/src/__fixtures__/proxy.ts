import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

export interface ServerProxy {
  readonly url: string;
  /** Connections that were made so far. */
  connections(): number;
  /** While it is frozen nothing passes, and nothing is closed. */
  setFrozen(isFrozen: boolean): void;
  /** Cuts all connections, and refuses new ones until it is called with false. */
  setDown(isDown: boolean): void;
  close(): void;
}

/** Stands between members and their server, as a network does. */
export async function openProxy(target: string): Promise<ServerProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let made = 0;
  let isFrozen = false;
  let isDown = false;
  const server = createServer((client) => {
    made += 1;
    if (isDown) return client.destroy();
    const upstream = dial(Number(port), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => {
        if (!isFrozen) other.write(bytes);
      });
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : '');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    connections: () => made,
    setFrozen(frozen) {
      isFrozen = frozen;
    },
    setDown(down) {
      isDown = down;
      if (down) cut();
    },
    close() {
      cut();
      server.close();
    },
  };
}
