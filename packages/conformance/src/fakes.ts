// What runs without a test runner.
export {
  type BusMessage,
  type MemoryBus,
  type MemoryBusOptions,
  memoryBus,
} from './bus/memory-bus.ts';
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './memory/memory-store.ts';
export { memoryStoreExtension } from './memory/memory-store-extension.ts';
export { seededRandom } from './runtime/seeded-random.ts';
export {
  type VirtualRuntime,
  type VirtualRuntimeOptions,
  virtualRuntime,
} from './runtime/virtual-runtime.ts';
