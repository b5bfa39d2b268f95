export { blobsConformance } from './blobs-conformance.ts';
export {
  type BusMessage,
  type MemoryBus,
  type MemoryBusOptions,
  memoryBus,
} from './bus/memory-bus.ts';
export { type BusFixture, busConformance } from './bus-conformance.ts';
export {
  type FakeCommand,
  type FakeComputer,
  type FakeComputerOptions,
  fakeComputer,
} from './computer/fake-computer.ts';
export {
  type ComputerFixture,
  computerConformance,
  computerFilesConformance,
  type MakeComputer,
} from './computer-conformance.ts';
export {
  type AsyncMethod,
  type FakeCall,
  type FakeConversations,
  type FakeConversationsOptions,
  type FakeTurn,
  fakeConversations,
} from './conversations/fake-conversations.ts';
export {
  type ConversationsFixture,
  conversationsConformance,
} from './conversations-conformance.ts';
export {
  type FakeExtensionContext,
  type FakeExtensionContextOptions,
  fakeExtensionContext,
} from './extension/fake-extension-context.ts';
export { type ExtensionFixture, extensionConformance } from './extension-conformance.ts';
export { type FakeFiles, fakeFiles } from './files/fake-files.ts';
export { filesConformance, type MakeFiles } from './files-conformance.ts';
export {
  type ForgettingSinkFixture,
  forgettingSinkConformance,
} from './forgetting-sink-conformance.ts';
export {
  type JobsHost,
  type MemoryJobs,
  type MemoryJobsOptions,
  memoryJobs,
} from './jobs/memory-jobs.ts';
export { type JobsFixture, jobsConformance } from './jobs-conformance.ts';
export { type LoggerFixture, loggerConformance } from './logger-conformance.ts';
export type { StoreFaults, StoreHooks } from './memory/fault-gate.ts';
export {
  type MemoryStore,
  type MemoryStoreOptions,
  memoryStore,
} from './memory/memory-store.ts';
export { memoryStoreExtension } from './memory/memory-store-extension.ts';
export { fakeProviderContext } from './provider/fake-provider-context.ts';
export {
  type ProviderCase,
  type ProviderCases,
  type ProviderFixture,
  providerConformance,
} from './provider-conformance.ts';
export { realTime } from './real-time.ts';
export { recordsConformance } from './records-conformance.ts';
export {
  type VirtualRuntime,
  type VirtualRuntimeOptions,
  virtualRuntime,
} from './runtime/virtual-runtime.ts';
export { type SinkFixture, sinkConformance } from './sink-conformance.ts';
export { type MakeStore, type StoreFixture, storeConformance } from './store-conformance.ts';
export { type ToolFixture, type ToolSamples, toolConformance } from './tool-conformance.ts';
export { type MakeTransport, transportConformance } from './transport-conformance.ts';
