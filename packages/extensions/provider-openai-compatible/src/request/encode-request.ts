import type { Message, ModelRequest, ToolDefinition } from '@dispatch/kernel';
import { type Dialect, type SamplingField, sendsReasoning } from '../dialects.ts';
import { encodeMessage } from './encode-message.ts';
import { samplingFields } from './sampling-fields.ts';

export interface EncodeRequestOptions {
  readonly dialect: Dialect;
  readonly includeUsage: boolean;
  /** Absent: as the dialect and the model have it. */
  readonly sendReasoning?: boolean;
}

/** The body of a request: these texts, joined. */
export interface EncodedRequest {
  /** From step to step of a turn the same strings, but for what was added before the last one. */
  readonly segments: readonly string[];
  readonly dropped: readonly SamplingField[];
}

type EncodeOne = (message: Message) => string;

/**
 * Writes requests so that the messages stand last, each encoded once for as long as it lives, and
 * nothing before the end changes between two steps: the server's prompt cache hits.
 */
export function createRequestEncoder(
  options: EncodeRequestOptions,
): (request: ModelRequest) => EncodedRequest {
  const { dialect, includeUsage } = options;
  const plain = cachedEncoder(false);
  const withReasoning = cachedEncoder(true);
  const toolTexts = new WeakMap<readonly ToolDefinition[], string>();

  const toolsText = (tools: readonly ToolDefinition[]): string => {
    const known = toolTexts.get(tools);
    if (known !== undefined) return known;
    const text = JSON.stringify(tools.map(encodeTool));
    toolTexts.set(tools, text);
    return text;
  };

  return ({ model, system, messages, tools, sampling }) => {
    const { fields, dropped } = samplingFields(sampling, dialect, model);
    const encode: EncodeOne =
      (options.sendReasoning ?? sendsReasoning(dialect, model)) ? withReasoning : plain;
    const settings = JSON.stringify({
      model,
      stream: true,
      ...(includeUsage ? { stream_options: { include_usage: true } } : {}),
      ...fields,
    });
    const offered = tools.length === 0 ? '' : `,"tools":${toolsText(tools)}`;
    const head = `${settings.slice(0, -1)}${offered},"messages":[`;
    const first = system === undefined || system === '' ? '' : systemText(system);
    const segments = [head + first];
    for (const message of messages) {
      const text = encode(message);
      if (text === '') continue;
      segments.push(segments.length === 1 && first === '' ? text.slice(1) : text);
    }
    segments.push(']}');
    return { segments, dropped };
  };
}

/** With a comma in front, so that the text of a message does not depend on its neighbours. */
function cachedEncoder(sendReasoning: boolean): EncodeOne {
  const known = new WeakMap<Message, string>();
  return (message) => {
    const found = known.get(message);
    if (found !== undefined) return found;
    const text = encodeMessage(message, { sendReasoning });
    const encoded = text === '' ? '' : `,${text}`;
    known.set(message, encoded);
    return encoded;
  };
}

function systemText(system: string): string {
  return JSON.stringify({ role: 'system', content: system });
}

function encodeTool({ name, description, inputSchema }: ToolDefinition): object {
  return { type: 'function', function: { name, description, parameters: inputSchema } };
}
