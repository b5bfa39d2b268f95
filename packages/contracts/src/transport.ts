import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** A server for clients. Made ready in `setup`, serving from `listen` on. */
export interface Transport {
  readonly name: string;
  /** Called once, when all extensions are set up. Resolves when clients can connect. `port-in-use`: see the hint. */
  listen(): Promise<{ readonly url: string }>;
  /** Takes no new client and lets those who follow go. Resolves within the host's stop deadline. */
  close(): Promise<void>;
}

/**
 * A protocol that takes over a connection of the HTTP transport (RFC 9110 section 7.8). The request
 * is authorized before it comes here.
 */
export interface Upgrade {
  readonly path: string;
  /** One of them must be offered by the client. */
  readonly subprotocol: string;
  handle(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  /** Ends all connections. */
  close(): Promise<void>;
}
