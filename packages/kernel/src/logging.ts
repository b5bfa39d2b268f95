export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Thin: scalars only. Large things are bodies of spans. */
export type Attributes = { readonly [name: string]: string | number | boolean | null | undefined };

/** Where a span stands. Hand it on as `parent`: the child inherits the trace and what it concerns. */
export interface SpanContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly conversationId?: string;
  readonly turnId?: string;
  readonly stepId?: string;
}

/**
 * A large text of a span: whole, or told as what it adds to an earlier one of the same trace.
 *
 * `keep` is the number of UTF-8 bytes that it shares with the start of the body of span `ref`,
 * `hash` the FNV-1a (64 bit, 16 hexadecimal digits) of those bytes, `rest` what follows them.
 */
export type SpanBody =
  | string
  | {
      readonly ref: string;
      readonly keep: number;
      readonly hash: string;
      readonly rest: string;
    };

export interface SpanOptions {
  /** Absent: the span opens a new trace. */
  readonly parent?: SpanContext;
  readonly conversationId?: string;
  readonly turnId?: string;
  readonly stepId?: string;
  readonly attributes?: Attributes;
  readonly body?: SpanBody;
}

export interface SpanEnd {
  /** `ok` unless given. */
  readonly status?: 'ok' | 'error';
  readonly attributes?: Attributes;
  readonly body?: SpanBody;
}

/** A timed piece of work. Opened and closed by separate records, so a crash leaves a readable trace. */
export interface Span {
  readonly context: SpanContext;
  /** Once; a second call does nothing. Never throws. */
  close(end?: SpanEnd): void;
}

/**
 * Leveled, attributed logging, scoped to the extension that it was made for: the host stamps the
 * name and no caller can change it. Nothing here throws, waits, or fails a turn.
 */
export interface Logger {
  debug(message: string, attributes?: Attributes, span?: SpanContext): void;
  info(message: string, attributes?: Attributes, span?: SpanContext): void;
  warn(message: string, attributes?: Attributes, span?: SpanContext): void;
  error(message: string, attributes?: Attributes, span?: SpanContext): void;
  openSpan(name: string, options?: SpanOptions): Span;
}

/** What a sink receives (WIRE.md section 7). `at` is in epoch milliseconds; a sink that writes text writes ISO-8601. */
export type LogRecord = SpanOpenRecord | SpanCloseRecord | LogMessageRecord;

export interface SpanOpenRecord {
  readonly type: 'span-open';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly at: number;
  readonly extension: string;
  readonly conversationId?: string;
  readonly turnId?: string;
  readonly stepId?: string;
  readonly attributes: Attributes;
  readonly body?: SpanBody;
}

export interface SpanCloseRecord {
  readonly type: 'span-close';
  readonly traceId: string;
  readonly spanId: string;
  readonly at: number;
  /** As its opening says. */
  readonly conversationId?: string;
  readonly status: 'ok' | 'error';
  readonly attributes: Attributes;
  readonly body?: SpanBody;
}

export interface LogMessageRecord {
  readonly type: 'log';
  readonly level: LogLevel;
  readonly message: string;
  readonly at: number;
  readonly extension: string;
  readonly traceId?: string;
  readonly spanId?: string;
  /** Of the span that it belongs to. */
  readonly conversationId?: string;
  readonly attributes: Attributes;
}

/** What a sink is to forget. */
export interface ForgetRequest {
  /** Which of these conversations, at most 1,000 at once, are no more. May reject: then nothing of them goes. */
  findMissing(conversationIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Epoch milliseconds: younger records stay, since a conversation's first ones may come before itself. */
  readonly before: number;
  /** Fires to have it end early, between two changes. */
  readonly signal: AbortSignal;
}

/** Where records go: a journal, a console, a collector. */
export interface Sink {
  readonly name: string;
  /**
   * Takes records over, in order. Called often and synchronously, on the hot path: must return at
   * once and buffer within a bound of its own. What it throws is dropped by the host.
   */
  write(record: LogRecord): void;
  /** Resolves when all that was taken over before is out, or is lost for good and counted. */
  flush(): Promise<void>;
  /**
   * Removes the records of conversations that are no more, and none of any other. In the background,
   * one call at a time, beside `write`. Resolves with how many went; rejects where it could not ask
   * or remove, and what went before that is gone. Absent where records are passed on, not kept.
   */
  forget?(request: ForgetRequest): Promise<number>;
}
