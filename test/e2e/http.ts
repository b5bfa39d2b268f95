/** An event as a client sees it. */
export interface SeenEvent {
  readonly type: string;
  readonly n?: number;
  readonly turnId?: string;
  readonly [field: string]: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A JSON request, by nothing but `fetch`: these tests share no code with the project. */
export async function request(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? { headers }
      : {
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : JSON.parse(text),
  };
}

export interface EventStream {
  readonly status: number;
  readonly conversationId: string;
  readonly turnId: string;
  /** The next event; undefined at the end. Heartbeats are passed over. */
  next(): Promise<SeenEvent | undefined>;
  /** All that follow, to the end. */
  rest(): Promise<SeenEvent[]>;
  /** All that follow, up to and including the first of this type. */
  until(type: string): Promise<SeenEvent[]>;
  /** Goes away without reading on. */
  leave(): void;
}

/** An NDJSON stream, line by line. */
export async function stream(url: string, init: RequestInit = {}): Promise<EventStream> {
  const gone = new AbortController();
  const response = await fetch(url, { ...init, signal: gone.signal });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let buffered = '';
  async function next(): Promise<SeenEvent | undefined> {
    for (;;) {
      const end = buffered.indexOf('\n');
      if (end >= 0) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 1);
        if (line !== '') return JSON.parse(line);
        continue;
      }
      const read = await reader?.read();
      if (read === undefined || read.done) return undefined;
      buffered += decoder.decode(read.value, { stream: true });
    }
  }
  async function take(isLast: (event: SeenEvent) => boolean): Promise<SeenEvent[]> {
    const seen: SeenEvent[] = [];
    for (;;) {
      const event = await next();
      if (event === undefined) return seen;
      seen.push(event);
      if (isLast(event)) return seen;
    }
  }
  return {
    status: response.status,
    conversationId: response.headers.get('x-conversation-id') ?? '',
    turnId: response.headers.get('x-turn-id') ?? '',
    next,
    rest: () => take(() => false),
    until: (type) => take((event) => event.type === type),
    leave: () => gone.abort(),
  };
}

/** Starts a turn and streams it. */
export function chat(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  return stream(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

export function types(events: readonly SeenEvent[]): string[] {
  return events.map(({ type }) => type);
}

/** What the model said, over all deltas of these events. */
export function text(events: readonly SeenEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
}
