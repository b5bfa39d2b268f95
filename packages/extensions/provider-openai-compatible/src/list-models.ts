import { CodedError, type Runtime } from '@dispatch/contracts';
import type { ModelInfo } from '@dispatch/kernel';
import type { Endpoint } from './endpoint.ts';
import { connectionFailure } from './failure/connection-failure.ts';
import { wordsOfBody } from './failure/error-words.ts';
import { statusFailure } from './failure/provider-failure.ts';
import { countField, isRecord, type JsonRecord, parseJson, textField } from './json-shape.ts';
import { readUpTo } from './read-up-to.ts';

export interface ModelServer {
  readonly fetch: typeof fetch;
  readonly endpoint: Endpoint;
  readonly headers: Readonly<Record<string, string>>;
  readonly hide: (text: string) => string;
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
}

const listBody = { maxBytes: 16 * 1024 * 1024, withinMs: 30_000 };

/** Asks the server for its models. Rejects with a coded error where it has no list to give. */
export async function fetchModels(
  server: ModelServer,
  signal: AbortSignal,
): Promise<readonly ModelInfo[]> {
  const { endpoint, headers, hide, runtime } = server;
  const response = await server.fetch(endpoint.url, { headers, signal }).catch((error: unknown) => {
    throw failure(hide(connectionFailure(error, endpoint.place, 'connect').message));
  });
  const reader = response.body?.getReader();
  const text = reader === undefined ? '' : (await readUpTo(reader, { ...listBody, runtime })).text;
  if (!response.ok) {
    throw failure(hide(statusFailure(response.status, wordsOfBody(text), undefined).message));
  }
  const models = readModels(parseJson(text));
  if (models === undefined)
    throw failure('The provider answered with something that is no list of models.');
  return models;
}

/** Of a list, or of an object that holds one; entries without a name are passed over. */
function readModels(body: unknown): readonly ModelInfo[] | undefined {
  const list = isRecord(body) ? (body.data ?? body.models) : body;
  if (!Array.isArray(list)) return undefined;
  const models = new Map<string, ModelInfo>();
  for (const entry of list) {
    const model = readModel(isRecord(entry) ? entry : { id: entry });
    if (model !== undefined && !models.has(model.id)) models.set(model.id, model);
  }
  return [...models.values()];
}

function readModel(entry: JsonRecord): ModelInfo | undefined {
  const id = textField(entry, 'id') ?? textField(entry, 'name');
  if (id === undefined || id.trim() === '') return undefined;
  const sizes = ['context_window', 'context_length', 'max_context_length', 'max_model_len'];
  const [contextWindow] = sizes.flatMap((name) => countField(entry, name) ?? []);
  return { id, ...(contextWindow === undefined ? {} : { contextWindow }) };
}

function failure(message: string): CodedError {
  return new CodedError('provider-error', { message });
}
