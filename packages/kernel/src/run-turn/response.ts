import type { Chunk } from '../chunk.ts';
import type { StepFinishReason } from '../event.ts';
import type { JsonValue } from '../json.ts';
import type { ProviderError, ProviderEvent } from '../provider.ts';
import type { Usage } from '../usage.ts';
import { WellFormedText, wellFormedJson } from '../well-formed.ts';
import type { StepTimings } from './options.ts';
import { parseInput } from './parse-input.ts';
import type { StepCalls } from './step-calls.ts';
import { roundMs, type Turn } from './turn.ts';

/** How a provider's stream ended. */
export type StreamEnd =
  | { readonly reason: Exclude<StepFinishReason, 'error'> }
  | { readonly reason: 'error'; readonly error: ProviderError };

type DeltaKind = 'text-delta' | 'reasoning-delta';

/**
 * A step's response as it streams in: tells its events and gathers its chunks. Neighbouring deltas
 * of one batch are one event.
 */
export class ResponseReader {
  readonly chunks: Chunk[] = [];
  /** What was told last, whichever attempt reported it: the last of a step counts. */
  usage: Usage | undefined;
  /** Of the attempt under way. */
  attemptUsage: Usage | undefined;
  /** A delta or a complete call was told: no second attempt after it. */
  hasContent = false;
  /** Fires once, when the first token is seen. */
  onFirstToken: (() => void) | undefined;
  readonly #turn: Turn;
  readonly #stepId: string;
  readonly #calls: StepCalls;
  #kind: DeltaKind | undefined;
  #pending = '';
  #block = '';
  readonly #text = new WellFormedText();
  #requestedAt = 0;
  #firstTokenAt: number | undefined;
  #endedAt = 0;

  constructor(turn: Turn, stepId: string, calls: StepCalls) {
    this.#turn = turn;
    this.#stepId = stepId;
    this.#calls = calls;
  }

  /** An attempt begins: its request is being sent. */
  begin(): void {
    // An attempt that failed before it had said anything can have left opaque reasoning.
    this.chunks.length = 0;
    this.attemptUsage = undefined;
    this.#firstTokenAt = undefined;
    this.#requestedAt = this.#turn.now();
  }

  /** Takes one batch in. Returns the stream's end where the batch holds it. */
  take(batch: readonly ProviderEvent[]): StreamEnd | undefined {
    let end: StreamEnd | undefined;
    for (const event of batch) {
      end = this.#takeEvent(event);
      if (end !== undefined) break;
    }
    this.#tellPending();
    return end;
  }

  #takeEvent(event: ProviderEvent): StreamEnd | undefined {
    switch (event.type) {
      case 'text-delta':
      case 'reasoning-delta':
        if (event.delta === '') return undefined;
        if (this.#firstTokenAt === undefined) this.#seeFirstToken();
        if (event.type !== this.#kind) {
          this.#closeBlock();
          this.#kind = event.type;
        }
        this.#pending += event.delta;
        return undefined;
      case 'reasoning-end':
        this.#endReasoning(event.providerData);
        return undefined;
      case 'tool-input-start':
        if (this.#firstTokenAt === undefined) this.#seeFirstToken();
        return undefined;
      case 'tool-call':
        if (this.#firstTokenAt === undefined) this.#seeFirstToken();
        this.#takeCall(event.callId, event.name, event.inputText);
        return undefined;
      case 'usage':
        this.#tellPending();
        this.usage = event.usage;
        this.attemptUsage = event.usage;
        this.#turn.emit({ type: 'usage', stepId: this.#stepId, usage: event.usage });
        return undefined;
      case 'finish':
        return { reason: event.reason };
      case 'error':
        if (typeof event.error?.message !== 'string') throw new Error('its error says nothing');
        return { reason: 'error', error: event.error };
      default:
        return undefined;
    }
  }

  /** The stream is over, however it ended: closes what is open. */
  end(): void {
    this.#closeBlock();
    this.#endedAt = this.#turn.now();
  }

  /** Absent where there was no token, or no clock. */
  get timings(): StepTimings | undefined {
    const first = this.#firstTokenAt;
    if (first === undefined || !this.#turn.hasClock) return undefined;
    return {
      ttftMs: roundMs(first - this.#requestedAt),
      decodeMs: roundMs(this.#endedAt - first),
      genTotalMs: roundMs(this.#endedAt - this.#requestedAt),
    };
  }

  #seeFirstToken(): void {
    this.#firstTokenAt = this.#turn.now();
    this.onFirstToken?.();
  }

  #tellPending(): void {
    if (this.#pending === '' || this.#kind === undefined) return;
    const delta = this.#text.push(this.#pending);
    this.#pending = '';
    if (delta !== '') this.#tell(this.#kind, delta);
  }

  #tell(type: DeltaKind, delta: string): void {
    this.hasContent = true;
    this.#block += delta;
    this.#turn.emit({ type, stepId: this.#stepId, delta });
  }

  #closeBlock(providerData?: JsonValue): void {
    this.#tellPending();
    const kind = this.#kind;
    if (kind === undefined) return;
    const rest = this.#text.flush();
    if (rest !== '') this.#tell(kind, rest);
    const text = this.#block;
    const stepId = this.#stepId;
    this.#kind = undefined;
    this.#block = '';
    if (kind === 'reasoning-delta') this.#pushReasoning(text, providerData);
    else if (text !== '') this.chunks.push({ type: 'text', text, stepId });
  }

  #endReasoning(providerData: JsonValue | undefined): void {
    if (this.#kind === 'reasoning-delta') {
      this.#closeBlock(providerData);
    } else if (providerData !== undefined) {
      this.#closeBlock();
      this.#pushReasoning('', providerData);
    }
  }

  #pushReasoning(text: string, providerData: JsonValue | undefined): void {
    if (text === '' && providerData === undefined) return;
    this.chunks.push({
      type: 'reasoning',
      text,
      stepId: this.#stepId,
      ...(providerData === undefined ? undefined : { providerData: wellFormedJson(providerData) }),
    });
  }

  #takeCall(wantedId: string | undefined, rawName: string, inputText: string): void {
    this.#closeBlock();
    this.hasContent = true;
    const callId = this.#turn.claimCallId(wantedId);
    const name = rawName.toWellFormed();
    const input = parseInput(inputText);
    const chunk = { type: 'tool-call', stepId: this.#stepId, callId, name, input } as const;
    this.chunks.push(chunk);
    this.#calls.add(chunk);
  }
}
