import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import { memoryStore } from './memory-store.ts';

/**
 * A host's store in memory, as an extension: for examples, simulations and tests of whole hosts.
 * Each host that sets it up gets an empty store of its own, which ends with it.
 */
export function memoryStoreExtension(): Extension {
  return defineExtension({
    name: '@dispatch/conformance/memory-store',
    version: '0.1.0',
    apiVersion,
    provides: ['store', 'records', 'blobs'],
    parseOptions: () => undefined,
    async setup({ runtime }) {
      const { store, records, blobs } = memoryStore({ now: () => runtime.now() });
      return { contributes: { store, records, blobs } };
    },
  });
}
