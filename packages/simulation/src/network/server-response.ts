import type { EventSink } from '@dispatch/transport-http/protocol';
import { Listeners } from './listeners.ts';

/** What the host's side of a request gives to the network. */
export type ResponsePart =
  | { readonly kind: 'head'; readonly status: number; readonly headers: Headers }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'whole'; readonly status: number; readonly text: string };

export type Headers = Readonly<Record<string, string>>;

/** A response without a connection: what is written goes out in parts. */
export class ServerResponse implements EventSink {
  destroyed = false;
  readonly #send: (part: ResponsePart) => void;
  readonly #capacity: number;
  readonly #listeners = new Listeners<'drain' | 'close'>();
  #head: ResponsePart | undefined;
  #unsent = 0;
  #needsDrain = false;

  constructor(send: (part: ResponsePart) => void, capacity: number) {
    this.#send = send;
    this.#capacity = capacity;
  }

  writeHead(status: number, headers: Headers): void {
    this.#head = { kind: 'head', status, headers };
  }

  flushHeaders(): void {
    if (this.#head === undefined || this.destroyed) return;
    this.#send(this.#head);
    this.#head = undefined;
  }

  write(text: string): boolean {
    if (this.destroyed) return true;
    this.flushHeaders();
    this.#unsent += text.length;
    this.#send({ kind: 'text', text });
    this.#needsDrain ||= this.#unsent > this.#capacity;
    return !this.#needsDrain;
  }

  end(): void {
    if (this.destroyed) return;
    this.flushHeaders();
    this.#send({ kind: 'end' });
    this.close();
  }

  /** Head, text and end in one, as a short answer is sent. */
  answer(status: number, text: string): void {
    if (this.destroyed) return;
    this.#send({ kind: 'whole', status, text });
    this.close();
  }

  /** The reader has taken so much. */
  taken(length: number): void {
    this.#unsent -= length;
    if (!this.#needsDrain || this.#unsent > 0) return;
    this.#needsDrain = false;
    this.#listeners.tell('drain');
  }

  /** The client is gone, or all is sent. */
  close(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#listeners.tell('close');
  }

  once(event: 'drain' | 'close', listener: () => void): void {
    this.#listeners.add(event, listener);
  }

  off(event: 'drain' | 'close', listener: () => void): void {
    this.#listeners.remove(event, listener);
  }
}
