import type {
  Attributes,
  Logger,
  LogLevel,
  LogRecord,
  SpanContext,
  SpanOptions,
} from '@dispatch/kernel';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LoggerOptions {
  readonly extension: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newTraceId: () => string;
  readonly newSpanId: () => string;
  /** Less is not told. Spans always are. */
  readonly level: LogLevel;
  readonly write: (record: LogRecord) => void;
}

/** A logger whose records carry the extension's name, whoever holds it. */
export function createLogger(options: LoggerOptions): Logger {
  const { extension, now, write } = options;
  const least = levels.indexOf(options.level);
  const log =
    (level: LogLevel) =>
    (message: string, attributes: Attributes = {}, span?: SpanContext) => {
      if (levels.indexOf(level) < least) return;
      const place = span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
      write({ type: 'log', level, message, at: now(), extension, ...place, attributes });
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    openSpan(name, spanOptions = {}) {
      const context = contextOf(spanOptions, options);
      const { parent, attributes = {}, body } = spanOptions;
      write({
        type: 'span-open',
        ...context,
        ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
        name,
        at: now(),
        extension,
        attributes,
        ...(body === undefined ? {} : { body }),
      });
      let isOpen = true;
      return {
        context,
        close(end = {}) {
          if (!isOpen) return;
          isOpen = false;
          write({
            type: 'span-close',
            traceId: context.traceId,
            spanId: context.spanId,
            at: now(),
            status: end.status ?? 'ok',
            attributes: end.attributes ?? {},
            ...(end.body === undefined ? {} : { body: end.body }),
          });
        },
      };
    },
  };
}

function contextOf(options: SpanOptions, { newTraceId, newSpanId }: LoggerOptions): SpanContext {
  const { parent } = options;
  const conversationId = options.conversationId ?? parent?.conversationId;
  const turnId = options.turnId ?? parent?.turnId;
  const stepId = options.stepId ?? parent?.stepId;
  return {
    traceId: parent?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(stepId === undefined ? {} : { stepId }),
  };
}
