import type {
  Attributes,
  Logger,
  LogLevel,
  LogRecord,
  SpanContext,
  SpanOptions,
} from '@dispatch/kernel';

export interface RecordingLoggerOptions {
  readonly extension: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
  readonly write: (record: LogRecord) => void;
}

/** A logger that hands every record to `write`, as a host's does. */
export function recordingLogger(options: RecordingLoggerOptions): Logger {
  const { extension, now, randomHex, write } = options;
  const log =
    (level: LogLevel) =>
    (message: string, attributes: Attributes = {}, span?: SpanContext) => {
      const place = span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
      write({ type: 'log', level, message, at: now(), extension, ...place, attributes });
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    openSpan(name, spanOptions = {}) {
      const context = contextOf(spanOptions, randomHex);
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

function contextOf(options: SpanOptions, randomHex: (bytes: number) => string): SpanContext {
  const { parent } = options;
  const conversationId = options.conversationId ?? parent?.conversationId;
  const turnId = options.turnId ?? parent?.turnId;
  const stepId = options.stepId ?? parent?.stepId;
  return {
    traceId: parent?.traceId ?? randomHex(16),
    spanId: randomHex(8),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(stepId === undefined ? {} : { stepId }),
  };
}
