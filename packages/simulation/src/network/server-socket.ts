import type { Socket, SocketData, SocketStream } from '@dispatch/transport-ws/protocol';
import { Listeners } from './listeners.ts';

type Event = 'message' | 'error' | 'close' | 'pong' | 'drain';

/** The host's end of a WebSocket, and of the connection below it. */
export class ServerSocket implements Socket, SocketStream {
  readonly OPEN = 1;
  readyState = 1;
  isPaused = false;
  bufferedAmount = 0;
  writableNeedDrain = false;
  destroyed = false;
  readonly #send: (text: string) => void;
  readonly #ended: () => void;
  readonly #capacity: number;
  readonly #listeners = new Listeners<Event>();
  #unread: string[] = [];

  constructor(send: (text: string) => void, ended: () => void, capacity: number) {
    this.#send = send;
    this.#ended = ended;
    this.#capacity = capacity;
  }

  send(text: string): void {
    if (this.destroyed) return;
    this.bufferedAmount += text.length;
    this.writableNeedDrain ||= this.bufferedAmount > this.#capacity;
    this.#send(text);
  }

  /** A client's machine answers by itself, as long as it is there. */
  ping(): void {
    if (!this.destroyed) this.#listeners.tell('pong');
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    const unread = this.#unread;
    this.#unread = [];
    for (const text of unread) this.receive(text);
  }

  terminate(): void {
    if (this.destroyed) return;
    this.close();
    this.#ended();
  }

  cork(): void {}

  uncork(): void {}

  receive(text: string): void {
    if (this.destroyed) return;
    if (this.isPaused) this.#unread.push(text);
    else this.#listeners.tell('message', text, false);
  }

  /** The reader has taken so much. */
  taken(length: number): void {
    this.bufferedAmount -= length;
    if (!this.writableNeedDrain || this.bufferedAmount > 0) return;
    this.writableNeedDrain = false;
    this.#listeners.tell('drain');
  }

  close(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.readyState = 3;
    this.#listeners.tell('close');
  }

  on(event: 'message', listener: (data: SocketData, isBinary: boolean) => void): void;
  on(event: Exclude<Event, 'message'>, listener: () => void): void;
  on(event: Event, listener: (data: SocketData, isBinary: boolean) => void): void {
    this.#listeners.add(event, listener);
  }
}
