import type {
  Attributes,
  Logger,
  LogLevel,
  LogMessageRecord,
  LogRecord,
  Span,
  SpanCloseRecord,
  SpanContext,
  SpanOpenRecord,
  SpanOptions,
} from './logging.ts';

export interface LoggerOptions {
  /** Stamped on every record. */
  readonly extension: string;
  /** Takes a record over, synchronously. What it throws is dropped. */
  write(record: LogRecord): void;
  /** Epoch milliseconds. */
  now(): number;
  /** 32 hexadecimal digits. */
  newTraceId(): string;
  /** 16 hexadecimal digits. */
  newSpanId(): string;
  /** Messages below it are not written; spans always are. `debug` unless given. */
  readonly level?: LogLevel;
}

const rank = { debug: 0, info: 1, warn: 2, error: 3 } as const;
const none: Attributes = {};

/** Filled in field by field: spans are opened ten times a step, and spreading costs more than all else here. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A logger that stamps one extension's name on all that it writes. */
export function createLogger(options: LoggerOptions): Logger {
  const { extension, now } = options;
  const lowest = rank[options.level ?? 'debug'];

  function write(record: LogRecord): void {
    try {
      options.write(record);
    } catch {
      // A sink's fault is no reason for a turn to fail.
    }
  }

  function log(level: LogLevel, message: string, attributes = none, span?: SpanContext): void {
    if (rank[level] < lowest) return;
    const record: Writable<LogMessageRecord> = {
      type: 'log',
      level,
      message,
      at: now(),
      extension,
      attributes,
    };
    if (span !== undefined) {
      record.traceId = span.traceId;
      record.spanId = span.spanId;
      if (span.conversationId !== undefined) record.conversationId = span.conversationId;
    }
    write(record);
  }

  function openSpan(name: string, span: SpanOptions = {}): Span {
    const { parent } = span;
    const conversationId = span.conversationId ?? parent?.conversationId;
    const turnId = span.turnId ?? parent?.turnId;
    const stepId = span.stepId ?? parent?.stepId;
    const traceId = parent?.traceId ?? options.newTraceId();
    const spanId = options.newSpanId();
    const context: Writable<SpanContext> = { traceId, spanId };
    const record: Writable<SpanOpenRecord> = {
      type: 'span-open',
      traceId,
      spanId,
      name,
      at: now(),
      extension,
      attributes: span.attributes ?? none,
    };
    if (parent !== undefined) record.parentSpanId = parent.spanId;
    if (conversationId !== undefined) {
      context.conversationId = conversationId;
      record.conversationId = conversationId;
    }
    if (turnId !== undefined) {
      context.turnId = turnId;
      record.turnId = turnId;
    }
    if (stepId !== undefined) {
      context.stepId = stepId;
      record.stepId = stepId;
    }
    if (span.body !== undefined) record.body = span.body;
    write(record);
    let isOpen = true;
    return {
      context,
      close(end) {
        if (!isOpen) return;
        isOpen = false;
        const closing: Writable<SpanCloseRecord> = {
          type: 'span-close',
          traceId,
          spanId,
          at: now(),
          status: end?.status ?? 'ok',
          attributes: end?.attributes ?? none,
        };
        if (conversationId !== undefined) closing.conversationId = conversationId;
        if (end?.body !== undefined) closing.body = end.body;
        write(closing);
      },
    };
  }

  return {
    debug: (message, attributes, span) => log('debug', message, attributes, span),
    info: (message, attributes, span) => log('info', message, attributes, span),
    warn: (message, attributes, span) => log('warn', message, attributes, span),
    error: (message, attributes, span) => log('error', message, attributes, span),
    openSpan,
  };
}
