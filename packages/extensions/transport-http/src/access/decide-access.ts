import { type HostName, parseHostName, parseOriginHost } from './host-name.ts';
import type { OwnNames } from './own-names.ts';
import type { TokenCheck } from './token-check.ts';

/** Who may come in (WIRE.md section 6). */
export interface AccessPolicy {
  /** Where there is a token it decides alone. */
  readonly checkToken?: TokenCheck;
  readonly isOwnName: OwnNames;
  /** Origins of pages that are let in. */
  readonly origins: ReadonlySet<string>;
}

/** What of a request decides. */
export interface AccessRequest {
  /** Every `Host` that it carries: more than one is a trick. */
  readonly hosts: readonly string[];
  readonly origin: string | undefined;
  /** The token that it carries, wherever its protocol has it. */
  readonly token: string | undefined;
}

export type AccessDecision =
  | { readonly isAllowed: true }
  | {
      readonly isAllowed: false;
      readonly code: 'unauthorized' | 'forbidden-origin';
      readonly detail: string;
    };

export function decideAccess(policy: AccessPolicy, request: AccessRequest): AccessDecision {
  const { checkToken, isOwnName, origins } = policy;
  if (checkToken !== undefined) {
    if (request.token === undefined) return refuse('unauthorized', 'The request has no token.');
    return checkToken(request.token) ? allowed : refuse('unauthorized', 'The token is wrong.');
  }
  const [host = '', ...others] = request.hosts;
  if (others.length > 0 || !isOwn(parseHostName(host), isOwnName)) {
    return refuse('forbidden-origin', 'The `Host` of the request is not a name of this host.');
  }
  const { origin } = request;
  const isOrigin =
    origin === undefined || origins.has(origin) || isOwn(parseOriginHost(origin), isOwnName);
  return isOrigin ? allowed : refuse('forbidden-origin', 'Pages of this `Origin` are not let in.');
}

const allowed: AccessDecision = { isAllowed: true };

function refuse(code: 'unauthorized' | 'forbidden-origin', detail: string): AccessDecision {
  return { isAllowed: false, code, detail };
}

function isOwn(host: HostName | undefined, isOwnName: OwnNames): boolean {
  return host !== undefined && isOwnName(host);
}
