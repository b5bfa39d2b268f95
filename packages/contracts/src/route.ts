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
  /** Failures are coded errors, as the contract `conversations` has them. */
  handle(request: RouteRequest): Promise<RouteReply>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: JsonValue;
  readonly body: JsonValue;
  /** The client went away. */
  readonly signal: AbortSignal;
}

export type RouteReply =
  | { readonly status: number; readonly json?: JsonValue }
  | { readonly status: number; readonly bytes: Uint8Array; readonly mediaType: string };

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
