import type { Attributes, LogRecord, SpanBody } from '@dispatch/kernel';
import { createBodyQuoter } from './quote-bodies.ts';

/** Turns records into lines of JSON (WIRE.md section 7), without the line's end. Not concurrent. */
export type RecordSerializer = (record: LogRecord) => string;

const quote: (text: string) => string = JSON.stringify;

/** Names are few and come again and again: their JSON is kept, up to so many. */
const maxNames = 1000;

/**
 * Made for speed: a step writes ten records or so. Known fields are joined by hand, names and the
 * text of the current millisecond are kept. `JSON.stringify` does the strings that may hold anything.
 */
export function createRecordSerializer(): RecordSerializer {
  const names = new Map<string, string>();
  // Neighbours mostly belong to one step of one turn.
  const traceId = createLastQuoted();
  const parentSpanId = createLastQuoted();
  const conversationId = createLastQuoted();
  const turnId = createLastQuoted();
  const stepId = createLastQuoted();
  const quoteBody = createBodyQuoter();
  let lastAt = Number.NaN;
  let lastTime = '';

  const quoteName = (name: string): string => {
    const known = names.get(name);
    if (known !== undefined) return known;
    const quoted = quote(name);
    if (names.size < maxNames) names.set(name, quoted);
    return quoted;
  };

  const timeOf = (at: number): string => {
    if (at !== lastAt) {
      lastAt = at;
      lastTime = formatTime(at);
    }
    return lastTime;
  };

  const attributesOf = (attributes: Attributes): string => {
    let text = '';
    for (const name in attributes) {
      const value = attributes[name];
      if (value === undefined) continue;
      text += `${text === '' ? '' : ','}${quoteName(name)}:${scalar(value)}`;
    }
    return `{${text}}`;
  };

  const bodyOf = (body: SpanBody): string => {
    if (typeof body === 'string') return quoteBody(body);
    return `{"ref":${quote(body.ref)},"keep":${scalar(body.keep)},"hash":${quote(body.hash)},"rest":${quote(body.rest)}}`;
  };

  /** Before all that is long: a torn line says whose it is, too. */
  const whose = (id: string | undefined): string =>
    id === undefined ? '' : `,"conversationId":${conversationId(id)}`;

  return (record) => {
    let line = `{"type":"${record.type}"`;
    switch (record.type) {
      case 'span-open':
        line += `,"traceId":${traceId(record.traceId)},"spanId":${quote(record.spanId)}`;
        if (record.parentSpanId !== undefined)
          line += `,"parentSpanId":${parentSpanId(record.parentSpanId)}`;
        line += `,"name":${quoteName(record.name)},"at":"${timeOf(record.at)}","extension":${quoteName(record.extension)}`;
        line += whose(record.conversationId);
        if (record.turnId !== undefined) line += `,"turnId":${turnId(record.turnId)}`;
        if (record.stepId !== undefined) line += `,"stepId":${stepId(record.stepId)}`;
        break;
      case 'span-close':
        line += `,"traceId":${traceId(record.traceId)},"spanId":${quote(record.spanId)}`;
        line += whose(record.conversationId);
        line += `,"at":"${timeOf(record.at)}","status":"${record.status}"`;
        break;
      case 'log':
        line += `,"level":"${record.level}"${whose(record.conversationId)},"message":${quote(record.message)}`;
        line += `,"at":"${timeOf(record.at)}","extension":${quoteName(record.extension)}`;
        if (record.traceId !== undefined) line += `,"traceId":${traceId(record.traceId)}`;
        if (record.spanId !== undefined) line += `,"spanId":${quote(record.spanId)}`;
        break;
    }
    line += `,"attributes":${attributesOf(record.attributes)}`;
    if (record.type !== 'log' && record.body !== undefined)
      line += `,"body":${bodyOf(record.body)}`;
    return `${line}}`;
  };
}

/** Quotes, and remembers the last text: the next one is often the same. */
function createLastQuoted(): (text: string) => string {
  let last = '';
  let quoted = '""';
  return (text) => {
    if (text !== last) {
      last = text;
      quoted = quote(text);
    }
    return quoted;
  };
}

/** ISO-8601 with milliseconds; what is no time becomes the beginning of it. */
function formatTime(at: number): string {
  return new Date(Math.abs(at) <= 8.64e15 ? at : 0).toISOString();
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value === 'string') return quote(value);
  // Numbers that JSON has no word for become null, as `JSON.stringify` has it.
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  return `${value}`;
}
