import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createCollisions } from './collisions.ts';
import { parseOptions } from './options.ts';

export { type CollisionsParts, createCollisions, type RunningCollisions } from './collisions.ts';
export type { CollisionsOptions } from './options.ts';

/** Provides `collisions`, and tells of them in running turns. */
export default defineExtension({
  name: '@dispatch/collisions',
  version: '0.1.0',
  apiVersion,
  needs: ['bus?', 'store?'],
  provides: ['collisions', 'turnEvents'],
  parseOptions,
  async setup({ runtime, logger, signal, needs, options }) {
    const { bus, store } = needs;
    const { machine } = options;
    const { collisions, turnEvents, listen, dispose } = createCollisions({
      runtime,
      logger,
      bus,
      store,
      machine,
      signal,
    });
    return {
      contributes: { collisions, turnEvents: [turnEvents] },
      start: async () => {
        // Not waited for: a host without a bus for a while is a host all the same.
        void listen();
      },
      dispose: async () => dispose(),
    };
  },
});
