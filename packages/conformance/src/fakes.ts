// What runs without a test runner.
export { memoryStoreExtension } from './memory/memory-store-extension.ts';
export {
  type VirtualRuntime,
  type VirtualRuntimeOptions,
  virtualRuntime,
} from './runtime/virtual-runtime.ts';
