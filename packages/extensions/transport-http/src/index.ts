import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createHttpTransport } from './http-transport.ts';
import { parseOptions } from './options.ts';

export { type TransportCode, transportCodes } from './errors.ts';
export { createHttpTransport, type HttpTransportDependencies } from './http-transport.ts';
export type { HttpTransportOptions } from './options.ts';

/** Contributes the transport `http`. */
export default defineExtension({
  name: '@dispatch/transport-http',
  version: '0.1.0',
  apiVersion,
  needs: ['conversations', 'inventory', 'computer', 'route', 'upgrade'],
  provides: ['transport'],
  parseOptions,
  async setup({ needs, options, runtime, logger, signal }) {
    const transport = await createHttpTransport({
      options,
      conversations: needs.conversations,
      inventory: needs.inventory,
      computers: needs.computer,
      routes: needs.route,
      upgrades: needs.upgrade,
      runtime,
      logger,
      signal,
    });
    return { contributes: { transport: [transport] }, dispose: () => transport.close() };
  },
});
