import { fakeExtensionContext } from './extension/fake-extension-context.ts';
import { loggerConformance } from './logger-conformance.ts';

loggerConformance('the logger of a fake context', () => {
  const extension = 'tested';
  const { logger, records } = fakeExtensionContext({ extension });
  return { logger, extension, records };
});
