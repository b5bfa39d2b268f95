export { type FakeClock, fakeClock } from './fake-clock.ts';
export { type FakeKernelRuntime, fakeKernelRuntime } from './fake-kernel-runtime.ts';
export {
  type FakeToolContext,
  type FakeToolContextParts,
  fakeToolContext,
} from './fake-tool-context.ts';
export { plainTool } from './plain-tool.ts';
export {
  type RecordingLogger,
  type RecordingLoggerParts,
  recordingLogger,
} from './recording-logger.ts';
export { type RecordedSpan, type RecordingSink, recordingSink } from './recording-sink.ts';
export {
  failure,
  finish,
  reasoning,
  type ScriptedAttempt,
  type ScriptedProvider,
  type ScriptedProviderOptions,
  type ScriptItem,
  type SeenRequest,
  scriptedProvider,
  text,
  toolCall,
  usage,
} from './scripted-provider.ts';
