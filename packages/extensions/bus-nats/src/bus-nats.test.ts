import { busConformance, fakeExtensionContext, virtualRuntime } from '@dispatch/conformance';
import { describe } from 'vitest';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { hasNatsServer, natsReason, natsServer } from './__fixtures__/nats-server.ts';
import { openBus } from './open-bus.ts';

let seed = 0;

function join(url: string) {
  seed += 1;
  const { randomHex } = virtualRuntime({ seed });
  const context = fakeExtensionContext({ runtime: { ...realTimeRuntime(), randomHex } });
  return openBus({ ...context, servers: [url], prefix: 'dispatch' });
}

describe.skipIf(!hasNatsServer)(`on a real nats-server${natsReason}`, () => {
  busConformance('bus-nats', async () => {
    const server = await natsServer();
    const members = [join(server.url), join(server.url), join(server.url)] as const;
    return {
      members: [members[0].bus, members[1].bus, members[2].bus],
      dispose: async () => {
        await Promise.all(members.map(({ close }) => close()));
        await server.stop();
      },
    };
  });
});
