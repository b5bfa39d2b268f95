import type { Message } from '../message.ts';
import type {
  ModelRequest,
  Provider,
  ProviderContext,
  ProviderError,
  ProviderEvent,
} from '../provider.ts';
import type { KernelRuntime } from '../run-turn/options.ts';

/** A batch, a wait of so many milliseconds, or something that the provider throws. */
export type ScriptItem = readonly ProviderEvent[] | number | Error;

/** What one attempt brings, from its request to its end. */
export type ScriptedAttempt = readonly ScriptItem[];

/** What the provider was asked, as it was at that moment. */
export interface SeenRequest extends Omit<ModelRequest, 'messages'> {
  readonly messages: readonly Message[];
  readonly context: ProviderContext;
}

export interface ScriptedProvider extends Provider {
  readonly requests: readonly SeenRequest[];
}

export interface ScriptedProviderOptions {
  readonly id?: string;
  /** Carries the waits. Needed where the script has any. */
  readonly runtime?: Pick<KernelRuntime, 'sleep'>;
  /** Does what a provider must not: goes on when its signal has fired. */
  readonly ignoresSignal?: boolean;
}

/**
 * A provider that plays one attempt after the other, however they fall on the steps; asked for more
 * it answers `stop`. A function answers each request by itself.
 */
export function scriptedProvider(
  script: readonly ScriptedAttempt[] | ((context: ProviderContext) => ScriptedAttempt),
  options: ScriptedProviderOptions = {},
): ScriptedProvider {
  const { id = 'test', runtime, ignoresSignal = false } = options;
  const requests: SeenRequest[] = [];
  return {
    id,
    requests,
    async *stream(request, context) {
      const played = requests.length;
      requests.push({ ...request, messages: [...request.messages], context });
      const attempt = typeof script === 'function' ? script(context) : script[played];
      for (const item of attempt ?? [[finish()]]) {
        if (item instanceof Error) throw item;
        if (typeof item !== 'number') yield item;
        else if (runtime === undefined) throw new Error('a script that waits needs a runtime');
        else await runtime.sleep(item, ignoresSignal ? undefined : context.signal);
        if (context.signal.aborted && !ignoresSignal) return;
      }
    },
    listModels: async () => [{ id: 'model' }],
  };
}

/** The model says a piece of text. */
export function text(delta: string): ProviderEvent {
  return { type: 'text-delta', delta };
}

/** The model thinks a piece of text. */
export function reasoning(delta: string): ProviderEvent {
  return { type: 'reasoning-delta', delta };
}

/** The model calls a tool. Text as input is taken as it is. */
export function toolCall(name: string, input: unknown = {}, callId?: string): ProviderEvent {
  const inputText = typeof input === 'string' ? input : JSON.stringify(input);
  return { type: 'tool-call', name, inputText, ...(callId === undefined ? {} : { callId }) };
}

/** The stream ends well, unless it is told otherwise. */
export function finish(
  reason: Extract<ProviderEvent, { type: 'finish' }>['reason'] = 'stop',
): ProviderEvent {
  return { type: 'finish', reason };
}

/** The stream ends in an error; retryable unless it is told otherwise. */
export function failure(parts: Partial<ProviderError> = {}): ProviderEvent {
  const error = { code: 'provider-error', message: 'it failed', retryable: true, ...parts };
  return { type: 'error', error };
}

/** The provider reports what it has counted. */
export function usage(inputTokens: number, outputTokens: number): ProviderEvent {
  return { type: 'usage', usage: { inputTokens, outputTokens } };
}
