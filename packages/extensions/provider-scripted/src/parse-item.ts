import type { JsonValue } from '@dispatch/kernel';
import type { ScriptItem } from './script.ts';

/** What an item is called by: its first field that is one of these. */
const kinds = ['reasoning', 'text', 'tool', 'error', 'next', 'delayMs'] as const;
type Kind = (typeof kinds)[number];

const fieldsOf: Readonly<Record<Kind, readonly string[]>> = {
  reasoning: ['reasoning', 'deltas', 'delayMs'],
  text: ['text', 'deltas', 'delayMs'],
  tool: ['tool', 'input'],
  error: ['error', 'times'],
  next: ['next'],
  delayMs: ['delayMs'],
};
const errorFields = ['status', 'retryAfterMs', 'message'];

/** The longest delay that a timer takes. */
const maxDelayMs = 2 ** 31 - 1;

type Fields = Readonly<Record<string, JsonValue>>;

/** An item, or `next`. Throws with what is wrong, to be read after the words "item 3". */
export function parseItem(raw: JsonValue): ScriptItem | 'next' {
  const fields = objectOf(raw, 'must be an object');
  const kind = kinds.find((name) => Object.hasOwn(fields, name));
  if (kind === undefined) {
    throw new Error(`must have one of ${kinds.join(', ')}${unknownOf(fields, [])}`);
  }
  const unknown = unknownOf(fields, fieldsOf[kind]);
  if (unknown !== '') throw new Error(`is a "${kind}"${unknown}`);
  switch (kind) {
    case 'reasoning':
    case 'text':
      return {
        type: kind,
        text: text(fields, kind),
        pieces: number(fields, 'deltas', { from: 1, isWhole: true }) ?? 1,
        delayMs: number(fields, 'delayMs', delay) ?? 0,
      };
    case 'tool':
      return { type: 'tool', name: toolName(fields), input: fields.input ?? {} };
    case 'error':
      return parseError(fields);
    case 'next':
      if (fields.next !== true) throw new Error('has a "next" that is not true');
      return 'next';
    case 'delayMs':
      return { type: 'wait', delayMs: number(fields, 'delayMs', delay) ?? 0 };
  }
}

function parseError(fields: Fields): ScriptItem {
  const error = objectOf(fields.error ?? null, 'has an "error" that is not an object');
  const unknown = unknownOf(error, errorFields);
  if (unknown !== '') throw new Error(`has an "error"${unknown}`);
  const status = number(error, 'status', { from: 400, to: 599, isWhole: true });
  const retryAfterMs = number(error, 'retryAfterMs', delay);
  return {
    type: 'error',
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error.message === undefined ? {} : { message: text(error, 'message') }),
    times: number(fields, 'times', { from: 0, isWhole: true }) ?? 1,
  };
}

interface Range {
  readonly from: number;
  readonly to?: number;
  readonly isWhole?: boolean;
}
const delay: Range = { from: 0, to: maxDelayMs };

function number(fields: Fields, name: string, range: Range): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const { from, to = Number.MAX_SAFE_INTEGER, isWhole = false } = range;
  const isGood = typeof value === 'number' && value >= from && value <= to;
  if (isGood && (!isWhole || Number.isInteger(value))) return value;
  const most = range.to === undefined ? ' or more' : ` to ${to}`;
  throw new Error(
    `has a "${name}" that is not a ${isWhole ? 'whole ' : ''}number of ${from}${most}`,
  );
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new Error(`has a "${name}" that is not a text`);
}

function toolName(fields: Fields): string {
  const name = text(fields, 'tool');
  if (name === '') throw new Error('has a "tool" that is empty');
  return name;
}

function objectOf(value: JsonValue, otherwise: string): Fields {
  const isObject = typeof value === 'object' && value !== null && !isList(value);
  if (!isObject) throw new Error(otherwise);
  return value;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function unknownOf(fields: Fields, known: readonly string[]): string {
  const field = Object.keys(fields).find((name) => !known.includes(name));
  return field === undefined ? '' : ` with the unknown field ${JSON.stringify(field.slice(0, 64))}`;
}
