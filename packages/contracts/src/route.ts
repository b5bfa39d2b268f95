import type { JsonValue } from '@dispatch/kernel';
import type { Schema } from './schema.ts';

/**
 * An HTTP route as data. A transport serves it with the same authorization, errors and
 * `/openapi.json` as its own; no transport knows the extension behind it.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `/approvals/:approvalId`; names of parameters in camelCase. */
  readonly path: string;
  /** For `/openapi.json`, in one line. */
  readonly summary: string;
  /** Absent: no query parameter is taken. Values are strings. */
  readonly query?: Schema<JsonValue>;
  /** Absent: no body is taken. */
  readonly body?: Schema<JsonValue>;
  /** Present: it takes bytes as they are, of any `Content-Type`, instead of a body of JSON. */
  readonly bytes?: { readonly maxBytes: number };
  /** Request headers that it reads, in lower case. */
  readonly headers?: readonly string[];
  /** Failures are coded errors, as the contract `conversations` has them. */
  handle(request: RouteRequest): Promise<RouteReply>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: JsonValue;
  readonly body: JsonValue;
  /** Those that the route names, where they are there. Absent: none is. */
  readonly headers?: Readonly<Record<string, string>>;
  /** See `ReadBytes`. Absent where the route takes no bytes. */
  readonly readBytes?: ReadBytes;
  /** The client went away. */
  readonly signal: AbortSignal;
}

/**
 * Reads the body, once; empty where there is none. Until it is called nothing of the body is held.
 * Rejects as soon as there is more than the route's `maxBytes` (`payload-too-large`), and where the
 * body is encoded (`unsupported-media-type`) or the client goes away.
 */
export type ReadBytes = () => Promise<Uint8Array>;

export type RouteReply = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
} & (
  | { readonly json?: JsonValue }
  | { readonly mediaType: string; readonly bytes: Uint8Array }
  | {
      readonly mediaType: string;
      /** `size` bytes together. The next one is asked for when the client has taken those before. */
      readonly pieces: AsyncIterable<Uint8Array>;
      readonly size: number;
    }
);

/** A route with the types that its schemas make. */
export interface RouteOptions<Query extends JsonValue, Body extends JsonValue>
  extends Pick<Route, 'method' | 'path' | 'summary' | 'bytes' | 'headers'> {
  readonly query?: Schema<Query>;
  readonly body?: Schema<Body>;
  handle(
    request: Pick<RouteRequest, 'params' | 'signal'> & {
      readonly query: Query;
      readonly body: Body;
      readonly headers: Readonly<Record<string, string>>;
      readonly readBytes: ReadBytes;
    },
  ): Promise<RouteReply>;
}

/** Makes a route of typed parts. */
export function defineRoute<
  Query extends JsonValue = Record<string, never>,
  Body extends JsonValue = Record<string, never>,
>(route: RouteOptions<Query, Body>): Route {
  return {
    ...route,
    // The transport hands on what these very schemas made: the one place where the types are joined.
    handle: ({ headers = {}, readBytes = noBytes, ...request }) =>
      route.handle({
        ...request,
        query: request.query as Query,
        body: request.body as Body,
        headers,
        readBytes,
      }),
  };
}

const noBytes: ReadBytes = async () => new Uint8Array();

/** A WebSocket operation as data. */
export interface Frame {
  /** `approval.resolve`. */
  readonly op: string;
  /** Of the frame's fields but for `op` and `id`. */
  readonly fields: Schema<JsonValue>;
  /** Resolves with the fields of the ack. */
  handle(
    fields: JsonValue,
    connection: FrameConnection,
  ): Promise<Readonly<Record<string, JsonValue>>>;
}

export interface FrameConnection {
  /** Sends a server frame; dropped once the socket is closed. */
  send(frame: Readonly<Record<string, JsonValue>>): void;
  /** Fires when the socket closes. */
  readonly signal: AbortSignal;
}
