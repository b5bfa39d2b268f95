import { apiVersion, defineExtension } from '@dispatch/contracts';
import { createOpenAICompatibleProvider } from './openai-compatible-provider.ts';
import { parseOptions } from './options.ts';

export {
  createOpenAICompatibleProvider,
  type OpenAICompatibleSurroundings,
} from './openai-compatible-provider.ts';
export { type OpenAICompatibleOptions, parseOptions } from './options.ts';

/** Contributes a provider for one server; none where neither a key nor a base URL is given. */
export default defineExtension({
  name: '@dispatch/provider-openai-compatible',
  version: '0.1.0',
  apiVersion,
  provides: ['provider'],
  parseOptions,
  async setup({ options, runtime, logger, redactor }) {
    const { apiKey, baseUrl } = options;
    if (apiKey === undefined && baseUrl === undefined) return { contributes: { provider: [] } };
    const provider = createOpenAICompatibleProvider(options, { runtime, logger, redactor });
    return { contributes: { provider: [provider] } };
  },
});
