import { busConformance, fakeExtensionContext, virtualRuntime } from '@dispatch/conformance';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { openBus } from './open-bus.ts';

let seed = 0;

function join(url: string) {
  seed += 1;
  const { randomHex } = virtualRuntime({ seed });
  const context = fakeExtensionContext({ runtime: { ...realTimeRuntime(), randomHex } });
  return openBus({ ...context, database: { url, isPrivate: false } });
}

busConformance('bus-postgres', async () => {
  const url = await freshDatabaseUrl();
  const members = [join(url), join(url), join(url)] as const;
  return {
    members: [members[0].bus, members[1].bus, members[2].bus],
    dispose: async () => {
      await Promise.all(members.map(({ close }) => close()));
    },
  };
});
