// What runs without a test runner.
export {
  type BusMessage,
  type MemoryBus,
  type MemoryBusOptions,
  memoryBus,
} from './bus/memory-bus.ts';
export {
  type FakeCommand,
  type FakeComputer,
  type FakeComputerOptions,
  fakeComputer,
} from './computer/fake-computer.ts';
export {
  type MemoryDatabase,
  type MemoryStore,
  type MemoryStoreOptions,
  type MemoryView,
  memoryDatabase,
  memoryStore,
} from './memory/memory-store.ts';
export { memoryStoreExtension } from './memory/memory-store-extension.ts';
export type { ConversationState, TurnState } from './memory/state.ts';
export type { StoreGate } from './memory/views.ts';
export { seededRandom } from './runtime/seeded-random.ts';
export {
  type VirtualRuntime,
  type VirtualRuntimeOptions,
  virtualRuntime,
} from './runtime/virtual-runtime.ts';
