import type { IncomingMessage } from 'node:http';
import type { AccessRequest } from './decide-access.ts';

/** What of a request decides on its access. */
export function readAccessRequest(request: IncomingMessage): AccessRequest {
  const { headers } = request;
  return {
    hosts: headerValues(request, 'host'),
    origin: headers.origin,
    token: bearerToken(headers.authorization),
  };
}

/** Of a request to upgrade: a page can set no header, so the token may be a subprotocol there. */
export function readUpgradeAccess(request: IncomingMessage): AccessRequest {
  const offered = subprotocolsOf(request).find((name) => name.startsWith(bearerPrefix));
  const access = readAccessRequest(request);
  return offered === undefined ? access : { ...access, token: offered.slice(bearerPrefix.length) };
}

const bearerPrefix = 'bearer.';

/** The subprotocols that a request offers, in its order. */
export function subprotocolsOf(request: IncomingMessage): readonly string[] {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').map((name) => name.trim());
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

// `headers.host` holds the first of several: here all are needed.
function headerValues(request: IncomingMessage, name: string): readonly string[] {
  const { rawHeaders } = request;
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
