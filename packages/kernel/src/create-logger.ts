import type {
  Attributes,
  Logger,
  LogLevel,
  LogRecord,
  Span,
  SpanContext,
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
    const record = { type: 'log', level, message, at: now(), extension } as const;
    write(
      span === undefined
        ? { ...record, attributes }
        : { ...record, traceId: span.traceId, spanId: span.spanId, attributes },
    );
  }

  function openSpan(name: string, span: SpanOptions = {}): Span {
    const { parent } = span;
    const conversationId = span.conversationId ?? parent?.conversationId;
    const turnId = span.turnId ?? parent?.turnId;
    const stepId = span.stepId ?? parent?.stepId;
    const context: SpanContext = {
      traceId: parent?.traceId ?? options.newTraceId(),
      spanId: options.newSpanId(),
      ...(conversationId === undefined ? undefined : { conversationId }),
      ...(turnId === undefined ? undefined : { turnId }),
      ...(stepId === undefined ? undefined : { stepId }),
    };
    write({
      type: 'span-open',
      traceId: context.traceId,
      spanId: context.spanId,
      ...(parent === undefined ? undefined : { parentSpanId: parent.spanId }),
      name,
      at: now(),
      extension,
      ...(conversationId === undefined ? undefined : { conversationId }),
      ...(turnId === undefined ? undefined : { turnId }),
      ...(stepId === undefined ? undefined : { stepId }),
      attributes: span.attributes ?? none,
      ...(span.body === undefined ? undefined : { body: span.body }),
    });
    let isOpen = true;
    return {
      context,
      close(end) {
        if (!isOpen) return;
        isOpen = false;
        write({
          type: 'span-close',
          traceId: context.traceId,
          spanId: context.spanId,
          at: now(),
          status: end?.status ?? 'ok',
          attributes: end?.attributes ?? none,
          ...(end?.body === undefined ? undefined : { body: end.body }),
        });
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
