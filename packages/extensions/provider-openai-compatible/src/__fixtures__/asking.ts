import { fakeExtensionContext, fakeProviderContext, virtualRuntime } from '@dispatch/conformance';
import type {
  LogRecord,
  Message,
  ModelRequest,
  Provider,
  ProviderContext,
  ProviderEvent,
} from '@dispatch/kernel';
import { createOpenAICompatibleProvider, parseOptions } from '../index.ts';

export interface Asking {
  readonly provider: Provider;
  readonly records: readonly LogRecord[];
  readonly runtime: ReturnType<typeof virtualRuntime>;
  /** The batches of one attempt, and its events. */
  ask(
    model: string,
    text?: string,
    more?: {
      readonly request?: Partial<ModelRequest>;
      readonly context?: Partial<ProviderContext>;
    },
  ): Promise<{
    readonly batches: readonly (readonly ProviderEvent[])[];
    readonly events: readonly ProviderEvent[];
  }>;
}

export interface AskingOptions {
  readonly fetch?: typeof fetch;
  /** What the host's redactor hides. */
  readonly secret?: string;
}

/** A provider of these options in virtual time, and what asks it. */
export function asking(options: object, { fetch: fetchOver, secret }: AskingOptions = {}): Asking {
  const runtime = virtualRuntime();
  const redact = (text: string) => (secret === undefined ? text : text.replaceAll(secret, '***'));
  const redactor = { redact, stream: () => ({ push: redact, flush: () => '' }) };
  const { logger, records } = fakeExtensionContext({ runtime, redactor });
  const surroundings = { runtime, logger, redactor };
  const provider = createOpenAICompatibleProvider(
    parseOptions(options),
    fetchOver === undefined ? surroundings : { ...surroundings, fetch: fetchOver },
  );
  return {
    provider,
    records,
    runtime,
    async ask(model, text = 'hello', more = {}) {
      const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text }] }];
      const request = { model, messages, tools: [], sampling: {}, ...more.request };
      const { signal } = new AbortController();
      const context = fakeProviderContext({ signal, ...more.context });
      const batches: (readonly ProviderEvent[])[] = [];
      for await (const batch of provider.stream(request, context)) batches.push(batch);
      return { batches, events: batches.flat() };
    },
  };
}

export function said(events: readonly ProviderEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
}
