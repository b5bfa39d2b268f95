import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One answer on the wire, written as it comes. */
export class Reply {
  readonly #out: ServerResponse;

  constructor(out: ServerResponse) {
    this.#out = out;
  }

  get isGone(): boolean {
    return this.#out.destroyed;
  }

  json(status: number, value: unknown, headers: Record<string, string> = {}): void {
    this.whole(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
  }

  whole(status: number, body: string | Uint8Array, headers: Record<string, string>): void {
    if (this.#out.headersSent) this.#out.end();
    else this.#out.writeHead(status, headers).end(body);
  }

  begin(contentType = 'text/event-stream'): void {
    this.#out.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache' });
    this.#out.flushHeaders();
  }

  /** Waits for a slow reader. */
  async write(bytes: string | Uint8Array): Promise<void> {
    if (this.isGone || this.#out.write(bytes)) return;
    await new Promise<void>((resolve) => {
      this.#out.once('drain', resolve).once('close', resolve);
    });
  }

  end(): void {
    this.#out.end();
  }

  /** Breaks the connection off, in the middle of whatever it is in. */
  reset(): void {
    this.#out.socket?.resetAndDestroy();
  }

  /** Says nothing more and stays open, until the other side goes away. */
  async silence(): Promise<void> {
    while (!this.isGone) await sleep(50);
  }
}
