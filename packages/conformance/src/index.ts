export { type SinkFixture, sinkConformance } from './sink-conformance.ts';
export { type ToolFixture, type ToolSamples, toolConformance } from './tool-conformance.ts';
