import type { ProviderEvent } from '@dispatch/kernel';
import { isRecord, type JsonRecord, parseJson, recordField, textField } from '../json-shape.ts';
import { createJsonProgress, type JsonProgress } from './json-progress.ts';

/** Inputs beyond it are never complete: a server that goes on for ever must not fill the memory. */
const maxInputLength = 32 * 1024 * 1024;

/** A call that comes in pieces. */
interface OpenCall {
  readonly index: number | undefined;
  callId: string | undefined;
  name: string;
  inputText: string;
  progress: JsonProgress;
  /** Its input is a closed object. */
  isClosed: boolean;
  isTold: boolean;
}

/** One piece, as servers send it and as they get it wrong. */
interface CallPiece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string;
  readonly inputText: string;
  /** The input came as an object and not as text: it is whole. */
  readonly isWhole: boolean;
}

/**
 * Puts calls together from their pieces, for one answer. Tolerates what compatible servers get wrong:
 * a missing, repeated or reused index, a missing or repeated id, inputs in any form.
 *
 * A call is told once its input is certain: when its object is closed, else when the answer ends.
 */
export class ToolCallAssembly {
  readonly #calls: OpenCall[] = [];
  readonly #byIndex = new Map<number, OpenCall>();
  readonly #byId = new Map<string, OpenCall>();
  readonly #emit: (event: ProviderEvent) => void;

  constructor(emit: (event: ProviderEvent) => void) {
    this.#emit = emit;
  }

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** The `tool_calls` of one delta or message. */
  take(pieces: readonly unknown[]): void {
    const begun = new Set<OpenCall>();
    for (const raw of pieces) {
      const piece = readPiece(raw);
      if (piece === undefined) continue;
      const call = this.#callOf(piece, begun);
      begun.add(call);
      this.#add(call, piece);
    }
  }

  /** The `function_call` of older servers: one call, without index or id. */
  takeLegacy(raw: JsonRecord): void {
    this.take([{ index: 0, function: raw }]);
  }

  /** The answer ended. Where it ended well, an input that is empty means `{}`; else it never came. */
  finish(isWell: boolean): void {
    for (const call of this.#calls) {
      if (call.isTold || call.name === '') continue;
      const isEmpty = call.inputText.trim() === '';
      if (isWell || (!isEmpty && parseJson(call.inputText) !== undefined)) this.#tell(call);
    }
  }

  #callOf(piece: CallPiece, begun: ReadonlySet<OpenCall>): OpenCall {
    return this.#runningCall(piece, begun) ?? this.#begin(piece);
  }

  /** The call that a piece goes on with; undefined where it begins one. */
  #runningCall(piece: CallPiece, begun: ReadonlySet<OpenCall>): OpenCall | undefined {
    const { name } = piece;
    const running = this.#addressedCall(piece);
    if (running === undefined || name === '' || running.name === '') return running;
    // A name begins a call, unless it only says again what the running one is called.
    const isOther =
      piece.id !== undefined && running.callId !== undefined && piece.id !== running.callId;
    if (isOther || running.name !== name || begun.has(running)) return undefined;
    return running.isClosed && piece.inputText !== '' ? undefined : running;
  }

  /** By its id, unless the same id came under another index before; else by its index; else the last one. */
  #addressedCall({ id, index, name }: CallPiece): OpenCall | undefined {
    const known = id === undefined ? undefined : this.#byId.get(id);
    const isKnown =
      known !== undefined && (name === '' || index === undefined || known.index === index);
    if (isKnown) return known;
    return index === undefined ? this.#calls.at(-1) : this.#byIndex.get(index);
  }

  #begin({ index, name }: CallPiece): OpenCall {
    const call: OpenCall = {
      index,
      callId: undefined,
      name,
      inputText: '',
      progress: createJsonProgress(),
      isClosed: false,
      isTold: false,
    };
    this.#calls.push(call);
    if (index !== undefined) this.#byIndex.set(index, call);
    this.#emit({ type: 'tool-input-start' });
    return call;
  }

  #add(call: OpenCall, piece: CallPiece): void {
    if (call.isTold) return;
    if (call.name === '') call.name = piece.name;
    if (call.callId === undefined && piece.id !== undefined) {
      call.callId = piece.id;
      this.#byId.set(piece.id, call);
    }
    // Some servers send an empty object first and then the input itself.
    const isPlaceholder = call.isClosed && isEmptyObject(call.inputText);
    if (piece.isWhole || (isPlaceholder && piece.inputText.trim() !== '')) {
      call.inputText = '';
      call.progress = createJsonProgress();
      call.isClosed = false;
    }
    if (call.isClosed || call.inputText.length > maxInputLength) return;
    call.inputText += piece.inputText;
    call.isClosed = call.progress.push(piece.inputText);
    if (call.isClosed && isCertain(call)) this.#tell(call);
  }

  #tell(call: OpenCall): void {
    call.isTold = true;
    const { callId, name } = call;
    const inputText = call.inputText.trim() === 'null' ? '' : call.inputText;
    this.#emit({ type: 'tool-call', ...(callId === undefined ? {} : { callId }), name, inputText });
  }
}

/** Nothing that may still come belongs to the input. */
function isCertain({ name, inputText }: OpenCall): boolean {
  return name !== '' && !isEmptyObject(inputText) && isRecord(parseJson(inputText));
}

function isEmptyObject(inputText: string): boolean {
  return /^\s*\{\s*\}\s*$/.test(inputText);
}

function readPiece(raw: unknown): CallPiece | undefined {
  if (!isRecord(raw) || raw.type === 'custom') return undefined;
  const called = recordField(raw, 'function') ?? raw;
  const { arguments: input } = called;
  const isWhole = typeof input === 'object' && input !== null;
  return {
    index: typeof raw.index === 'number' ? raw.index : undefined,
    id: typeof raw.id === 'number' ? String(raw.id) : textField(raw, 'id'),
    name: textField(called, 'name') ?? '',
    inputText: isWhole ? JSON.stringify(input) : typeof input === 'string' ? input : '',
    isWhole,
  };
}
