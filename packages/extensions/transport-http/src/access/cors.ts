/** Headers as `writeHead` takes them. */
export type Headers = Readonly<Record<string, string>>;

const none: Headers = {};

/** Of an answer to a page; none where its origin is not named (WIRE.md section 6). */
export function corsHeaders(origins: ReadonlySet<string>, origin: string | undefined): Headers {
  if (origins.size === 0) return none;
  if (origin === undefined || !origins.has(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'x-conversation-id, x-turn-id, retry-after',
  };
}

/** Of the answer to the question that a browser asks before a request that is not simple. */
export function preflightHeaders(methods: readonly string[]): Headers {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-allow-private-network': 'true',
    'access-control-max-age': '600',
  };
}
