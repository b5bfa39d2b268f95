import type { ProviderError, ProviderEvent } from '@dispatch/kernel';
import { looksLikeHtml, wordsOfBody } from '../failure/error-words.ts';
import { brokenAnswer, reportedFailure } from '../failure/provider-failure.ts';
import { ChatAnswer } from './chat-answer.ts';
import { LineSplitter } from './line-splitter.ts';

/** A body that is no stream is kept whole until it ends; beyond this length it is given up. */
const maxWholeLength = 32 * 1024 * 1024;

const space = 32;

/**
 * Reads the decoded body of a successful answer, however it comes in pieces, and gives out the
 * events of each. A server that was asked for a stream may send one answer as JSON, or a web page:
 * the first character tells. Pure.
 */
export class ChatStream {
  readonly #answer = new ChatAnswer();
  readonly #lines = new LineSplitter();
  /** Undefined until the first character is here. */
  #isStream: boolean | undefined;
  #whole = '';
  /** Data lines of one event that are no JSON yet. */
  #data = '';
  #event = '';

  /** The ending is among the events that were given out: read no further. */
  get isOver(): boolean {
    return this.#answer.isOver;
  }

  /** The server said how the answer ends: it need not say more. */
  get hasEnd(): boolean {
    return this.#answer.hasEnd;
  }

  push(text: string): readonly ProviderEvent[] {
    if (this.#isStream === undefined) this.#sniff(text);
    if (this.#isStream === true) {
      for (const line of this.#lines.push(text)) this.#takeLine(line);
      if (this.#lines.isTooLong)
        this.#answer.fail(brokenAnswer('The provider sent a line without an end.'));
    } else {
      this.#whole += text;
      if (this.#whole.length > maxWholeLength)
        this.#answer.fail(brokenAnswer('The provider sent an answer without an end.'));
    }
    return this.#answer.takeEvents();
  }

  /** The body ended, or broke off for a reason. */
  end(reason?: ProviderError): readonly ProviderEvent[] {
    if (this.#isStream === true) {
      for (const line of this.#lines.end()) this.#takeLine(line);
      // Data that breaks off is no reason of its own.
      if (this.#event === 'error') this.#endEvent();
    } else if (reason === undefined) this.#takeWhole();
    this.#answer.close(reason);
    return this.#answer.takeEvents();
  }

  #sniff(text: string): void {
    const first = /\S/.exec(text)?.[0];
    if (first !== undefined) this.#isStream = first !== '{' && first !== '[' && first !== '<';
    if (this.#isStream) for (const line of this.#lines.push(this.#whole)) this.#takeLine(line);
  }

  #takeWhole(): void {
    const body = this.#whole.trim();
    if (body === '') return;
    if (looksLikeHtml(body)) {
      this.#answer.fail(reportedFailure(wordsOfBody(body)));
      return;
    }
    this.#answer.takeWhole(body);
    this.#answer.done();
  }

  #takeLine(line: string): void {
    if (line === '') this.#endEvent();
    else if (line.startsWith('data:'))
      this.#takeData(line.slice(line.charCodeAt(5) === space ? 6 : 5));
    else if (line.startsWith('event:')) this.#event = line.slice(6).trim();
    // Some servers put an error into the stream as it is.
    else if (line.startsWith('{"error"')) this.#takeData(line);
  }

  /** A line that is JSON by itself is a whole chunk: nothing that could follow it belongs to it. */
  #takeData(data: string): void {
    if (this.#event === 'error') {
      this.#data += data;
      return;
    }
    const json = this.#data === '' ? data : `${this.#data}\n${data}`;
    if (this.#answer.takeJson(json)) this.#data = '';
    else if (data.trim() === '[DONE]') this.#answer.done();
    else this.#data = json;
  }

  #endEvent(): void {
    if (this.#data === '' && this.#event === '') return;
    const data = this.#data;
    const isError = this.#event === 'error';
    this.#data = '';
    this.#event = '';
    if (data.trim() === '') return;
    if (isError) this.#answer.fail(reportedFailure(wordsOfBody(data)));
    else
      this.#answer.fail(brokenAnswer(`The provider sent something that is not JSON${quote(data)}`));
  }
}

function quote(data: string): string {
  const { words } = wordsOfBody(data);
  return words === '' ? '.' : `: ${words.slice(0, 200).toWellFormed()}`;
}
