import { apiVersion, defineExtension } from '@dispatch/contracts';
import { parseOptions } from './options.ts';
import { createScriptedProvider } from './scripted-provider.ts';

export { scriptedCodes } from './codes.ts';
export { createScriptedProvider, type ScriptedProviderOptions } from './scripted-provider.ts';

export default defineExtension({
  name: '@dispatch/provider-scripted',
  version: '0.1.0',
  apiVersion,
  provides: ['provider'],
  parseOptions,
  async setup({ runtime, logger }) {
    return { contributes: { provider: [createScriptedProvider({ runtime, logger })] } };
  },
});
