export { createNodeRuntime } from './create-node-runtime.ts';
