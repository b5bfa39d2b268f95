import type { Runtime } from '@dispatch/contracts';
import type { Logger, Provider, Redactor } from '@dispatch/kernel';
import { chooseDialect } from './dialects.ts';
import { endpointOf } from './endpoint.ts';
import { fetchModels } from './list-models.ts';
import type { OpenAICompatibleOptions } from './options.ts';
import { createRequestEncoder } from './request/encode-request.ts';
import { createRequestSpans } from './request-span.ts';
import { createSecretHider } from './secrets.ts';
import { streamChat } from './stream-chat.ts';

export interface OpenAICompatibleSurroundings {
  readonly runtime: Pick<Runtime, 'now' | 'wallNow' | 'sleep' | 'newAbortController'>;
  readonly logger: Logger;
  readonly redactor: Redactor;
  /** The surroundings' own unless given. */
  readonly fetch?: typeof fetch;
}

const officialBaseUrl = 'https://api.openai.com/v1';

/**
 * A provider for one server that speaks OpenAI's chat completions. Asks nothing until it is asked;
 * any number of streams at once. Retries are the kernel's: each failure says whether one is worth it.
 */
export function createOpenAICompatibleProvider(
  options: OpenAICompatibleOptions,
  surroundings: OpenAICompatibleSurroundings,
): Provider {
  const { id, apiKey, baseUrl = officialBaseUrl, defaultModel, sendReasoning } = options;
  const { runtime, logger, redactor } = surroundings;
  const fetchOver = surroundings.fetch ?? fetch;
  const dialect = chooseDialect(baseUrl, options.dialect);
  const hideOwn = createSecretHider([apiKey, ...Object.values(options.headers ?? {})]);
  const headers = headersOf(options);
  const shared = {
    fetch: fetchOver,
    hide: (text: string) => redactor.redact(hideOwn(text)),
    runtime,
  };
  const chatServer = {
    ...shared,
    headers: { 'content-type': 'application/json', ...headers },
    endpoint: endpointOf(baseUrl, '/chat/completions'),
    encode: createRequestEncoder({
      dialect,
      includeUsage: options.includeUsage ?? dialect.includeUsage,
      ...(sendReasoning === undefined ? {} : { sendReasoning }),
    }),
    openSpan: createRequestSpans(logger, id),
    record: options.record,
  };
  const modelServer = { ...shared, headers, endpoint: endpointOf(baseUrl, '/models') };

  return {
    id,
    stream: (request, context) => streamChat(chatServer, request, context),
    async listModels(signal) {
      if (defaultModel === undefined) return fetchModels(modelServer, signal);
      // A server without a list still has the model that it was set up with.
      const models = await fetchModels(modelServer, signal).catch(() => []);
      const first = models.find((model) => model.id === defaultModel) ?? { id: defaultModel };
      return [first, ...models.filter((model) => model.id !== defaultModel)];
    },
  };
}

/** In lower case, so that a header of the options replaces the one of the same name. */
function headersOf({ apiKey, headers = {} }: OpenAICompatibleOptions): Record<string, string> {
  const own = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...own, ...Object.fromEntries(given) };
}
