import { DispatchError } from '../dispatch-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { errorOf } from './error-of.ts';
import { readBody } from './read-body.ts';

export interface RequesterOptions extends Surroundings {
  /** Without a `/` at its end. */
  readonly url: string;
  readonly token?: string;
  /** How long an answer may say nothing once the request is sent, in milliseconds. */
  readonly silenceMs: number;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** A body of bytes as they are, instead of one of JSON. */
  readonly bytes?: { readonly mediaType: string; readonly bytes: Uint8Array };
  readonly signal?: AbortSignal;
}

export interface Requester {
  /** Resolves with a good answer, its body unread. Rejects with a `DispatchError`. */
  open(path: string, options?: RequestOptions): Promise<Response>;
  /** The body of a good answer; it is trusted to be what the protocol says. */
  read<T>(path: string, options?: RequestOptions): Promise<T>;
  /** The body of a good answer as it is. */
  readBytes(path: string, options?: RequestOptions): Promise<Uint8Array>;
}

/** Nobody tells how much of a body is on its way: so long it may take. */
const slowestBytesPerMs = 64;

export function createRequester(options: RequesterOptions): Requester {
  const headers: Record<string, string> =
    options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };

  const open: Requester['open'] = async (path, requestOptions = {}) => {
    const { method = 'GET', query, body, bytes, signal } = requestOptions;
    const init: RequestInit = { method, headers };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...headers, 'content-type': 'application/json' };
    } else if (bytes !== undefined) {
      // `fetch` takes no bytes that may be shared with another thread.
      init.body = new Uint8Array(bytes.bytes);
      init.headers = { ...headers, 'content-type': bytes.mediaType };
    }
    const slow = new AbortController();
    const answered = new AbortController();
    init.signal = signal === undefined ? slow.signal : AbortSignal.any([slow.signal, signal]);
    // Ends with the head: a stream lives as long as it likes.
    const uploadMs = (bytes?.bytes.length ?? 0) / slowestBytesPerMs;
    void options.sleep(options.silenceMs + uploadMs, answered.signal).then(() => {
      if (!answered.signal.aborted) slow.abort();
    });
    try {
      const response = await options.fetch(options.url + path + queryText(query), init);
      if (!response.ok) throw await errorOf(response);
      return response;
    } catch (error) {
      if (error instanceof DispatchError) throw error;
      throw connectionError(options.url, error);
    } finally {
      answered.abort();
    }
  };

  const bytesOf = async (response: Response) => {
    try {
      return await readBody(response, options, options.silenceMs);
    } catch (error) {
      throw connectionError(options.url, error);
    }
  };

  return {
    open,
    readBytes: async (path, requestOptions) => bytesOf(await open(path, requestOptions)),
    async read(path, requestOptions) {
      const response = await open(path, requestOptions);
      const bytes = await bytesOf(response);
      try {
        return JSON.parse(new TextDecoder().decode(bytes));
      } catch (error) {
        throw new DispatchError('bad-response', `The answer of ${path} is not JSON.`, {
          status: response.status,
          cause: error,
        });
      }
    },
  };
}

function connectionError(url: string, cause: unknown): DispatchError {
  return new DispatchError('connection-failed', `The host at ${url} can not be reached.`, {
    cause,
  });
}

function queryText(query: RequestOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
