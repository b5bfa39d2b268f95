import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { openBus } from './open-bus.ts';
import { parseOptions } from './options.ts';

/** The bus of all hosts on the NATS servers that the options name, as an extension. */
export function createBusNats(): Extension {
  return defineExtension({
    name: '@dispatch/bus-nats',
    version: '0.1.0',
    apiVersion,
    provides: ['bus'],
    parseOptions,
    async setup({ runtime, logger, options }) {
      const { bus, close } = openBus({ ...options, runtime, logger });
      return { contributes: { bus }, dispose: close };
    },
  });
}
