import {
  type Attributes,
  type BodyChain,
  createBodyChain,
  type Logger,
  type Message,
  type ModelRequest,
  type ProviderContext,
  type ProviderEvent,
  type Span,
} from '@dispatch/kernel';
import type { EncodedRequest } from './request/encode-request.ts';

/** The longest raw error that a span holds, in characters. */
const maxRawError = 8 * 1024;

/** The `provider.request` span of one attempt (KERNEL.md rule 11). */
export interface RequestSpan {
  /** What the close will say: the answer's status and the like. */
  note(attributes: Attributes): void;
  /** The ending, and usage, among the events. */
  noteEvents(events: readonly ProviderEvent[]): void;
  /** As the server said it, redacted. */
  noteRawError(text: string): void;
  /** What is recorded of the response, where recording is switched on. */
  close(recorded?: string): void;
}

/**
 * Opens spans whose bodies tell each request as what it adds to the one before in its turn. A
 * turn's array of messages is its own, so what is kept of a turn goes when it goes.
 */
export function createRequestSpans(logger: Logger, providerId: string) {
  const turns = new WeakMap<readonly Message[], TurnBodies>();

  return (
    request: ModelRequest,
    context: ProviderContext,
    encoded: EncodedRequest,
  ): RequestSpan => {
    const { model, messages } = request;
    const { span: parent, attempt } = context;
    const bodies = turns.get(messages) ?? { chain: createBodyChain(), spanId: '', traceId: '' };
    turns.set(messages, bodies);
    if (bodies.traceId !== parent.traceId) {
      bodies.chain = createBodyChain();
      bodies.traceId = parent.traceId;
    }
    const body = bodies.chain.encode('', encoded.segments);
    const dropped = encoded.dropped.join(',');
    const span = logger.openSpan('provider.request', {
      parent,
      attributes: {
        provider: providerId,
        model,
        attempt,
        ...(dropped === '' ? {} : { 'sampling.dropped': dropped }),
      },
      // The chain is told before the span has an id, so the one before is named here.
      body: typeof body === 'string' ? body : { ...body, ref: bodies.spanId },
    });
    bodies.spanId = span.context.spanId;
    return requestSpan(span);
  };
}

interface TurnBodies {
  chain: BodyChain;
  /** Of the request before. */
  spanId: string;
  traceId: string;
}

function requestSpan(span: Span): RequestSpan {
  let attributes: Attributes = {};
  let status: 'ok' | 'error' | undefined;
  let rawError: string | undefined;
  const note = (more: Attributes) => {
    attributes = { ...attributes, ...more };
  };
  return {
    note,
    noteEvents(events) {
      for (const event of events) {
        if (event.type === 'usage') {
          for (const [name, count] of Object.entries(event.usage))
            note({ [`usage.${name}`]: count });
        } else if (event.type === 'finish') {
          status = 'ok';
          note({ finishReason: event.reason });
        } else if (event.type === 'error') {
          status = 'error';
          note({ error: event.error.message });
        }
      }
    },
    noteRawError(text) {
      rawError = text.length <= maxRawError ? text : text.slice(0, maxRawError).toWellFormed();
    },
    close(recorded) {
      const isCut = status === undefined;
      span.close({
        status: status ?? 'error',
        attributes: {
          ...attributes,
          ...(isCut ? { aborted: true } : {}),
          ...(rawError === undefined || recorded === undefined ? {} : { rawError }),
        },
        ...bodyOf(recorded ?? rawError),
      });
    },
  };
}

function bodyOf(body: string | undefined): { readonly body?: string } {
  return body === undefined ? {} : { body };
}
