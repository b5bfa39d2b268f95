import type { ProviderError, ProviderEvent, ProviderFinishReason, Usage } from '@dispatch/kernel';
import { wordsOfValue } from '../failure/error-words.ts';
import { brokenAnswer, reportedFailure } from '../failure/provider-failure.ts';
import {
  isRecord,
  type JsonRecord,
  listField,
  parseJson,
  recordField,
  textField,
} from '../json-shape.ts';
import { spokenBy } from './delta-text.ts';
import { type AnswerEnd, answerEnd } from './finish-reason.ts';
import { learnTemplate, type PlainTemplate, readByTemplate } from './plain-delta.ts';
import { ToolCallAssembly } from './tool-call-assembly.ts';
import { normalizeUsage } from './usage.ts';

/**
 * The state of one answer: takes chunks in, gives events out. Pure. What consecutive chunks say is
 * one delta, up to the next `takeEvents`.
 */
export class ChatAnswer {
  #events: ProviderEvent[] = [];
  #text = '';
  #reasoning = '';
  #usage: Usage | undefined;
  #end: AnswerEnd | undefined;
  #isOver = false;
  #hasAnswered = false;
  #template: PlainTemplate | undefined;
  #lessons = 0;
  readonly #calls = new ToolCallAssembly((event) => {
    this.#flush();
    this.#events.push(event);
  });

  /** The ending is among the events: nothing more is to be read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The server said how the answer ends; what may follow is usage. */
  get hasEnd(): boolean {
    return this.#end !== undefined;
  }

  /** The events since the last call. */
  takeEvents(): readonly ProviderEvent[] {
    this.#flush();
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** A JSON text that may be a chunk. False where it is no JSON: more of it may follow. */
  takeJson(json: string): boolean {
    if (this.#isOver) return true;
    const template = this.#template;
    const delta = template === undefined ? undefined : readByTemplate(template, json);
    if (template !== undefined && delta !== undefined) {
      this.#lessons = 0;
      if (template.kind === 'text') this.#sayText(delta);
      else this.#sayReasoning(delta);
      return true;
    }
    const value = parseJson(json);
    if (value === undefined) return false;
    if (isRecord(value)) this.#takeChunk(value, json);
    return true;
  }

  /** A body that is no stream: the whole answer, or an error. */
  takeWhole(json: string): void {
    const value = parseJson(json);
    if (isRecord(value)) this.#takeChunk(value);
    else if (Array.isArray(value)) this.fail(reportedFailure(wordsOfValue(value)));
    else this.fail(brokenAnswer('The provider sent an answer that breaks off or is not JSON.'));
  }

  /** The server said that it is done. */
  done(): void {
    if (this.#hasAnswered) this.#end ??= 'stop';
    this.close();
  }

  /** Nothing more will come. Well only where the server said how the answer ended. */
  close(reason?: ProviderError): void {
    if (this.#isOver) return;
    if (this.#end === undefined) {
      this.fail(reason ?? brokenAnswer('The provider closed the stream before the answer ended.'));
      return;
    }
    if (this.#end === 'failed') {
      this.fail(brokenAnswer('The provider ended the answer with an error of its own.'));
      return;
    }
    this.#calls.finish(this.#end === 'stop');
    this.#finish({ type: 'finish', reason: this.#finishReason(this.#end) });
  }

  fail(error: ProviderError): void {
    if (!this.#isOver) this.#finish({ type: 'error', error });
  }

  /** An error as a server reports it, inside a success. */
  takeError(value: unknown): void {
    this.fail(reportedFailure(wordsOfValue(value)));
  }

  #takeChunk(chunk: JsonRecord, json?: string): void {
    if (isFailure(chunk)) {
      this.takeError(chunk);
      return;
    }
    const choices = listField(chunk, 'choices');
    const choice = choices.length > 1 ? firstChoice(choices) : choices[0];
    this.#takeUsage(chunk, choice);
    if (isRecord(choice)) this.#takeChoice(choice, json);
  }

  #takeUsage(chunk: JsonRecord, choice: unknown): void {
    const inChoice = isRecord(choice) ? choice.usage : undefined;
    const raw = chunk.usage ?? inChoice ?? recordField(chunk, 'x_groq')?.usage;
    if (raw !== undefined && raw !== null) this.#usage = normalizeUsage(raw) ?? this.#usage;
  }

  #takeChoice(choice: JsonRecord, json: string | undefined): void {
    // A whole message at the end of a stream repeats what was streamed.
    const message = this.#hasAnswered ? undefined : recordField(choice, 'message');
    const delta = recordField(choice, 'delta') ?? message;
    const word = textField(choice, 'finish_reason');
    if (delta !== undefined) this.#takeDelta(delta, word === undefined ? json : undefined);
    if (word !== undefined) {
      this.#hasAnswered = true;
      this.#end = answerEnd(word);
    }
  }

  #takeDelta(delta: JsonRecord, json: string | undefined): void {
    const { text, reasoning } = spokenBy(delta);
    const calls = listField(delta, 'tool_calls');
    const legacy = recordField(delta, 'function_call');
    if (reasoning !== '') this.#sayReasoning(reasoning);
    if (text !== '') this.#sayText(text);
    if (calls.length > 0 || legacy !== undefined) {
      this.#hasAnswered = true;
      this.#calls.take(calls);
      if (legacy !== undefined) this.#calls.takeLegacy(legacy);
    } else if (json !== undefined && (text === '') !== (reasoning === '')) {
      // Where chunks differ in more than their delta, learning is given up.
      const mayLearn = this.#lessons++ < maxLessons;
      this.#template = mayLearn ? learnFrom(delta, json) : undefined;
    }
  }

  #sayText(delta: string): void {
    if (delta === '') return;
    if (this.#reasoning !== '') this.#flush();
    this.#hasAnswered = true;
    this.#text += delta;
  }

  #sayReasoning(delta: string): void {
    if (delta === '') return;
    if (this.#text !== '') this.#flush();
    this.#hasAnswered = true;
    this.#reasoning += delta;
  }

  #flush(): void {
    if (this.#text !== '') this.#events.push({ type: 'text-delta', delta: this.#text });
    if (this.#reasoning !== '') {
      this.#events.push({ type: 'reasoning-delta', delta: this.#reasoning });
    }
    this.#text = '';
    this.#reasoning = '';
  }

  #finishReason(end: 'stop' | 'length' | 'content-filter'): ProviderFinishReason {
    return end === 'stop' && !this.#calls.isEmpty ? 'tool-calls' : end;
  }

  #finish(ending: ProviderEvent): void {
    this.#isOver = true;
    this.#flush();
    if (this.#usage !== undefined) this.#events.push({ type: 'usage', usage: this.#usage });
    this.#events.push(ending);
  }
}

/** Templates in a row that no chunk fitted. */
const maxLessons = 4;

/** Fields of a chunk that hold what a plain delta says. */
const plainFields = [
  ['content', 'text'],
  ['reasoning_content', 'reasoning'],
  ['reasoning', 'reasoning'],
] as const;

/** The chunk says nothing but one text or reasoning: the next ones probably do the same. */
function learnFrom(delta: JsonRecord, json: string): PlainTemplate | undefined {
  const spoken = plainFields.filter(([name]) => delta[name] !== undefined && delta[name] !== null);
  const filled = spoken.filter(([name]) => delta[name] !== '');
  const [field, ...more] = filled;
  const isPlain = field !== undefined && more.length === 0 && !delta.refusal;
  const said = isPlain ? delta[field[0]] : undefined;
  return field === undefined || typeof said !== 'string'
    ? undefined
    : learnTemplate(json, field[0], said, field[1]);
}

function isFailure(chunk: JsonRecord): boolean {
  const { error, object, type } = chunk;
  if (error) return true;
  if (object === 'error' || type === 'error') return true;
  if ('choices' in chunk || 'usage' in chunk || 'id' in chunk) return false;
  return 'detail' in chunk || 'message' in chunk;
}

/** Of several answers the one that was asked for: nothing here asks for more. */
function firstChoice(choices: readonly unknown[]): unknown {
  return choices.find((one) => isRecord(one) && (one.index ?? 0) === 0) ?? choices[0];
}
