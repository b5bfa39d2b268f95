/** A chunk of a stream, as an event. */
export function chunk(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return event({ ...envelope, choices, usage: null });
}

export function usage(input: number, output: number): string {
  const counts = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
  };
  return event({ ...envelope, choices: [], usage: counts });
}

export const done = 'data: [DONE]\n\n';

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

const envelope = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_767_225_600,
  model: 'm',
};
