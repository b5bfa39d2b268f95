import type { Runtime } from '@dispatch/contracts';
import type { ModelRequest, ProviderContext, ProviderError, ProviderEvent } from '@dispatch/kernel';
import { ChatStream } from './answer/chat-stream.ts';
import type { Endpoint } from './endpoint.ts';
import { connectionFailure } from './failure/connection-failure.ts';
import { wordsOfBody } from './failure/error-words.ts';
import { statusFailure } from './failure/provider-failure.ts';
import { retryAfterMs } from './failure/retry-after.ts';
import { letGo, readUpTo } from './read-up-to.ts';
import type { EncodedRequest } from './request/encode-request.ts';
import type { createRequestSpans, RequestSpan } from './request-span.ts';
import { createResponseRecording } from './response-recording.ts';

/** How one server is asked. */
export interface ChatServer {
  readonly fetch: typeof fetch;
  readonly endpoint: Endpoint;
  readonly headers: Readonly<Record<string, string>>;
  readonly encode: (request: ModelRequest) => EncodedRequest;
  readonly openSpan: ReturnType<typeof createRequestSpans>;
  /** Takes secrets out of what the server says. */
  readonly hide: (text: string) => string;
  readonly record: boolean;
  readonly runtime: Pick<Runtime, 'now' | 'wallNow' | 'sleep' | 'newAbortController'>;
}

/** An answer whose end is known waits no longer than this for its usage. */
const endGraceMs = 5_000;
const errorBody = { maxBytes: 64 * 1024, withinMs: 2_000 };
const afterEnd = { maxBytes: 64 * 1024, withinMs: 1_000 };

/** Asks once. As `Provider.stream` of the kernel has it. */
export async function* streamChat(
  server: ChatServer,
  request: ModelRequest,
  context: ProviderContext,
): AsyncGenerator<readonly ProviderEvent[]> {
  const { signal } = context;
  const { runtime } = server;
  const encoded = server.encode(request);
  const span = server.openSpan(request, context, encoded);
  const recording = server.record ? createResponseRecording(() => runtime.now()) : undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let status = 0;
  const answer = new ChatStream();
  try {
    const response = await post(server, encoded, signal);
    if ('error' in response) {
      if (!signal.aborted) yield failed(server, span, response.error);
      return;
    }
    status = response.status;
    span.note({ status, requestId: response.headers.get('x-request-id') ?? undefined });
    reader = response.body?.getReader();
    if (!response.ok) {
      const { text } = (reader && (await readUpTo(reader, { ...errorBody, runtime }))) ?? {
        text: '',
      };
      recording?.take(text);
      if (!signal.aborted) yield failed(server, span, refusal(server, response, text, span));
      return;
    }
    const decoder = new TextDecoder();
    while (!answer.isOver) {
      const read = await nextRead(server, reader, answer.hasEnd);
      if (signal.aborted) return;
      const text = decoder.decode(read.value, { stream: !read.done });
      recording?.take(text);
      let events = text === '' ? none : answer.push(text);
      if (read.done) events = [...events, ...answer.end(read.failure)];
      if (answer.isOver) events = events.map((event) => cleaned(server, event));
      if (answer.isOver) span.noteEvents(events);
      yield events;
    }
  } finally {
    if (reader !== undefined) void release(server, reader, answer.hasEnd && !signal.aborted);
    const recorded = recording?.text(status);
    span.close(recorded === undefined ? undefined : server.hide(recorded));
  }
}

const none: readonly ProviderEvent[] = [];

/** A refusal of the server's is an answer too; only a connection that fails is not. */
async function post(
  { fetch: fetchOver, endpoint, headers }: ChatServer,
  encoded: EncodedRequest,
  signal: AbortSignal,
): Promise<Response | { readonly error: ProviderError }> {
  const body = encoded.segments.join('');
  try {
    return await fetchOver(endpoint.url, { method: 'POST', headers, body, signal });
  } catch (error) {
    return { error: connectionFailure(error, endpoint.place, 'connect') };
  }
}

interface NextRead {
  readonly done: boolean;
  readonly value?: Uint8Array | undefined;
  readonly failure?: ProviderError;
}

/** The next bytes. A connection that breaks ends the body, with the reason. */
async function nextRead(
  { runtime, endpoint }: ChatServer,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  isEndKnown: boolean,
): Promise<NextRead> {
  if (reader === undefined) return { done: true };
  const settled = isEndKnown ? runtime.newAbortController() : undefined;
  try {
    if (settled === undefined) return await reader.read();
    const late = runtime.sleep(endGraceMs, settled.signal).then((): NextRead => ({ done: true }));
    return await Promise.race([reader.read(), late]);
  } catch (error) {
    return { done: true, failure: connectionFailure(error, endpoint.place, 'read') };
  } finally {
    settled?.abort('settled');
  }
}

/** A body that is at its end leaves the connection for the next request; any other is given up. */
async function release(
  { runtime }: ChatServer,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  isEnded: boolean,
): Promise<void> {
  if (isEnded) await readUpTo(reader, { ...afterEnd, runtime });
  else await letGo(reader);
}

function refusal(
  { runtime, hide }: ChatServer,
  { status, headers }: Response,
  body: string,
  span: RequestSpan,
): ProviderError {
  const text = hide(body);
  span.noteRawError(text);
  return statusFailure(status, wordsOfBody(text), retryAfterMs(headers, runtime.wallNow()));
}

function failed(
  server: ChatServer,
  span: RequestSpan,
  error: ProviderError,
): readonly ProviderEvent[] {
  const events = [cleaned(server, { type: 'error', error })];
  span.noteEvents(events);
  return events;
}

function cleaned({ hide }: ChatServer, event: ProviderEvent): ProviderEvent {
  if (event.type !== 'error') return event;
  return { type: 'error', error: { ...event.error, message: hide(event.error.message) } };
}
