import type { Runtime } from '@dispatch/contracts';
import type { ContentPart, Logger, ModelInfo, Provider, ProviderEvent } from '@dispatch/kernel';
import { countCharacters, createInputCounter, tokensOf } from './count-usage.ts';
import { parseScript } from './parse-script.ts';
import { playStep } from './play-step.ts';
import { type ParsedScript, type ScriptStep, textScript } from './script.ts';

const models: readonly ModelInfo[] = [
  { id: 'play', description: 'Plays a message that is a script, echoes any other.' },
  { id: 'echo', description: 'Answers with what it was told.' },
];

export interface ScriptedProviderOptions {
  readonly runtime: Pick<Runtime, 'now' | 'sleep'>;
  readonly logger: Logger;
}

/**
 * The provider `scripted`: deterministic and offline (HOST.md). The message that started the turn is
 * the script, whatever was steered in later. Holds nothing between calls but what it has parsed and
 * counted, for as long as the turn itself holds it.
 */
export function createScriptedProvider({ runtime, logger }: ScriptedProviderOptions): Provider {
  const countInput = createInputCounter();
  const scripts = new WeakMap<readonly ContentPart[], ParsedScript>();

  const scriptOf = (model: string, message: readonly ContentPart[]): ParsedScript => {
    if (message.length === 0) return textScript('continued');
    const text = textOf(message);
    if (model === 'echo') return echo(text);
    const known = scripts.get(message);
    if (known !== undefined) return known;
    const script = parseScript(text) ?? echo(text);
    scripts.set(message, script);
    return script;
  };

  return {
    id: 'scripted',
    isFallback: true,
    hasModel: (model) => models.some(({ id }) => id === model),
    listModels: async () => models,
    async *stream(request, context) {
      const { model } = request;
      const { span: parent, attempt, stepIndex, signal } = context;
      const attributes = { provider: 'scripted', model, attempt, stepIndex };
      const span = logger.openSpan('provider.request', { parent, attributes });
      let said = 0;
      let end: Parameters<typeof span.close>[0] = {
        status: 'error',
        attributes: { aborted: true },
      };
      try {
        const script = scriptOf(model, context.turnMessage);
        if (!script.ok) {
          end = { status: 'error', attributes: { error: script.message } };
          yield [invalidScript(script.message)];
          return;
        }
        const step = playStep(stepOf(script.steps, stepIndex), attempt);
        let dueAt = runtime.now();
        for (const { afterMs, isPaced, events } of step.beats) {
          dueAt = (isPaced ? dueAt : runtime.now()) + afterMs;
          const waitMs = dueAt - runtime.now();
          if (waitMs > 0) await runtime.sleep(waitMs, signal);
          if (signal.aborted) return;
          said += charactersSaid(events);
          if (events.length > 0) yield events;
        }
        if (signal.aborted) return;
        if (step.end.type === 'error') {
          end = { status: 'error', attributes: { error: step.end.error.message } };
          yield [step.end];
          return;
        }
        const usage = { inputTokens: tokensOf(countInput(request)), outputTokens: tokensOf(said) };
        end = {
          attributes: {
            'usage.inputTokens': usage.inputTokens,
            'usage.outputTokens': usage.outputTokens,
          },
        };
        yield [{ type: 'usage', usage }, step.end];
      } finally {
        span.close(end);
      }
    },
  };
}

/** A step behind the script's end follows a last step that calls tools. */
function stepOf(steps: readonly ScriptStep[], index: number): ScriptStep {
  return steps[index] ?? [{ type: 'text', text: 'done', pieces: 1, delayMs: 0 }];
}

function textOf(message: readonly ContentPart[]): string {
  return message.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function echo(text: string): ParsedScript {
  return textScript(`You said: ${text}`);
}

function charactersSaid(events: readonly ProviderEvent[]): number {
  return events.reduce(
    (sum, event) => sum + ('delta' in event ? countCharacters(event.delta) : 0),
    0,
  );
}

function invalidScript(message: string): ProviderEvent {
  return { type: 'error', error: { code: 'invalid-script', message, retryable: false } };
}
