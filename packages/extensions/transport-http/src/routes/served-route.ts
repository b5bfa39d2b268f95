import type { IncomingHttpHeaders } from 'node:http';
import type { HttpRoute } from '@dispatch/wire';
import type { Answer } from '../answer.ts';

/** A route as the server takes it. */
export interface ServedRoute {
  readonly method: HttpRoute['method'] | 'PUT';
  /** `/conversations/:id`. */
  readonly path: string;
  /** Served to anyone. */
  readonly isOpen: boolean;
  /** It reads its body itself, as bytes. */
  readonly takesBytes?: boolean;
  /** Who contributes it, for an error at the start. */
  readonly extension: string;
  /** Its entry in `/openapi.json`; made when that is asked for. */
  describe(): OpenApiOperation;
  /** Throws coded errors. */
  handle(request: RawRequest): Answer | Promise<Answer>;
}

/** A request that may come in, not yet checked otherwise. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where there is none, or the route takes bytes. */
  readonly body: string | undefined;
  /** Reads the body as it is, once. `payload-too-large`, `unsupported-media-type`. */
  readonly readBytes: (maxBytes: number) => Promise<Uint8Array>;
  /** Fires when the client goes away. Made when it is asked for. */
  readonly signal: () => AbortSignal;
}

/** An operation of OpenAPI 3.1, as data. */
export type OpenApiOperation = Readonly<Record<string, unknown>>;
