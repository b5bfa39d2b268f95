import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type FakeConversations,
  type FakeConversationsOptions,
  fakeConversations,
  fakeExtensionContext,
  type VirtualRuntime,
  virtualRuntime,
} from '@dispatch/conformance';
import type { Contribution, Frame, Upgrade } from '@dispatch/contracts';
import type { LogRecord } from '@dispatch/kernel';
import { afterEach } from 'vitest';
import { createWsUpgrade } from '../ws-upgrade.ts';
import { connectClient, type TestClient } from './test-client.ts';

/** The protocol behind a bare HTTP server, on fakes and virtual time. */
export interface StartedUpgrade {
  readonly upgrade: Upgrade;
  readonly url: string;
  readonly conversations: FakeConversations;
  readonly runtime: VirtualRuntime;
  readonly records: readonly LogRecord[];
  connect(): Promise<TestClient>;
}

export interface StartOptions {
  readonly conversations?: FakeConversationsOptions;
  readonly frames?: readonly Contribution<Frame>[];
}

const open: {
  readonly server: Server;
  readonly upgrade: Upgrade;
  readonly clients: TestClient[];
}[] = [];

afterEach(async () => {
  for (const { server, upgrade, clients } of open.splice(0)) {
    for (const client of clients) client.socket.terminate();
    await upgrade.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Closed after the test. */
export async function startUpgrade(options: StartOptions = {}): Promise<StartedUpgrade> {
  const runtime = virtualRuntime();
  const conversations = fakeConversations({ runtime, ...options.conversations });
  const { logger, records } = fakeExtensionContext({ runtime });
  const upgrade = createWsUpgrade({
    conversations,
    frames: options.frames ?? [],
    runtime,
    logger,
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => upgrade.handle(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clients: TestClient[] = [];
  open.push({ server, upgrade, clients });
  const url = `ws://127.0.0.1:${portOf(server)}/ws`;
  return {
    upgrade,
    url,
    conversations,
    runtime,
    records,
    async connect() {
      const client = await connectClient(url);
      clients.push(client);
      return client;
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
