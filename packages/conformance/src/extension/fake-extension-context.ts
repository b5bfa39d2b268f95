import type { ExtensionContext, Runtime } from '@dispatch/contracts';
import { createLogger, type LogRecord, type Redactor } from '@dispatch/kernel';
import { virtualRuntime } from '../runtime/virtual-runtime.ts';

/** A context as a host gives it, that keeps what is logged. */
export interface FakeExtensionContext extends ExtensionContext {
  /** In the order in which it was logged. */
  readonly records: readonly LogRecord[];
  /** Fires the context's `signal`, as a host does before it drains. */
  stop(): void;
}

export interface FakeExtensionContextOptions {
  /** The name that records carry. `test-extension`. */
  readonly extension?: string;
  /** A virtual one of its own unless given. */
  readonly runtime?: Runtime;
  /** Leaves all as it is unless given. */
  readonly redactor?: Redactor;
}

/** For the tests of one extension without a host: `extension.setup(fakeExtensionContext(), {}, {})`. */
export function fakeExtensionContext(
  options: FakeExtensionContextOptions = {},
): FakeExtensionContext {
  const { runtime = virtualRuntime(), redactor = plainRedactor } = options;
  const records: LogRecord[] = [];
  const controller = runtime.newAbortController();
  const logger = createLogger({
    extension: options.extension ?? 'test-extension',
    now: () => runtime.wallNow(),
    newTraceId: () => runtime.randomHex(16),
    newSpanId: () => runtime.randomHex(8),
    write: (record) => {
      records.push(record);
    },
  });
  return {
    runtime,
    logger,
    redactor,
    signal: controller.signal,
    records,
    stop: () => controller.abort(),
  };
}

const plainRedactor: Redactor = {
  redact: (text) => text,
  stream: () => ({ push: (delta) => delta, flush: () => '' }),
};
