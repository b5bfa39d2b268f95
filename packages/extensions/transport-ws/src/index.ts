import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createWsUpgrade } from './ws-upgrade.ts';

export { type TransportCode, transportCodes } from './errors.ts';
export { createWsUpgrade, type WsUpgradeDependencies } from './ws-upgrade.ts';

/** Contributes the protocol `dispatch.v1` at `/ws`, for an HTTP transport to hand connections to. */
export default defineExtension({
  name: '@dispatch/transport-ws',
  version: '0.1.0',
  apiVersion,
  needs: ['conversations', 'frame'],
  provides: ['upgrade'],
  parseOptions,
  async setup({ needs, runtime, logger }) {
    const upgrade = createWsUpgrade({
      conversations: needs.conversations,
      frames: needs.frame,
      runtime,
      logger,
    });
    return { contributes: { upgrade: [upgrade] }, dispose: () => upgrade.close() };
  },
});
