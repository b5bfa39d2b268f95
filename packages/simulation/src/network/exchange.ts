import type { Headers } from './server-response.ts';

/** The head of an answer. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
}

/** The client's side of a request. */
export interface Exchange {
  /** Undefined: the connection was lost, or there was none, before an answer. */
  readonly head: Promise<ResponseHead | undefined>;
  /** The next line of the answer, without its end; undefined where it is over or broken off. */
  nextLine(): Promise<string | undefined>;
  /** The whole answer; undefined where it is broken off. */
  text(): Promise<string | undefined>;
  /** Goes away. */
  close(): void;
}

/** Gathers what comes, and hands it out as lines. A line that is not whole is never handed out. */
export class Incoming implements Exchange {
  readonly head: Promise<ResponseHead | undefined>;
  readonly #head = Promise.withResolvers<ResponseHead | undefined>();
  readonly #leave: () => void;
  #text = '';
  #end: 'none' | 'whole' | 'broken' = 'none';
  #wake = () => {};

  constructor(leave: () => void) {
    this.#leave = leave;
    this.head = this.#head.promise;
  }

  takeHead(head: ResponseHead): void {
    this.#head.resolve(head);
  }

  take(text: string): void {
    if (this.#end !== 'none') return;
    this.#text += text;
    this.#wake();
  }

  end(how: 'whole' | 'broken'): void {
    if (this.#end !== 'none') return;
    this.#end = how;
    this.#head.resolve(undefined);
    this.#wake();
  }

  async nextLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      if (this.#end !== 'none') return undefined;
      await this.#change();
    }
  }

  async text(): Promise<string | undefined> {
    while (this.#end === 'none') await this.#change();
    return this.#end === 'whole' ? this.#text : undefined;
  }

  close(): void {
    if (this.#end !== 'none') return;
    this.end('broken');
    this.#leave();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
