export { type FakeToolContext, fakeToolContext } from './fake-tool-context.ts';
