/** Where a server is asked, and as what it is named in messages. */
export interface Endpoint {
  readonly url: string;
  /** `host:port`, the port said even where the scheme implies it. */
  readonly place: string;
}

/** The base URL may end in a slash and may have a query, which stays. */
export function endpointOf(baseUrl: string, path: string): Endpoint {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return { url: url.href, place: `${url.hostname}:${port}` };
}
