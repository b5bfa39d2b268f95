import { type ChatMessage, contentText } from './chat-request.ts';
import { chunk, done, usage } from './chunks.ts';
import type { Reply } from './reply.ts';

/** A call as a plan names it. */
interface PlannedCall {
  readonly name: string;
  readonly input?: unknown;
}

/**
 * The user's message is JSON: a list of steps, each a text or a list of calls
 * (`[[{ "name": "read_file", "input": { "path": "a" } }], "done"]`). The step is the number of answers since.
 * A step beyond the plan tells the last results, so that a test sees what the model would see.
 */
export async function playPlan(messages: readonly ChatMessage[], reply: Reply): Promise<void> {
  const asked = messages.findLastIndex(({ role, content }) => role === 'user' && isPlan(content));
  const plan: unknown = asked < 0 ? [] : JSON.parse(contentText(messages[asked]));
  const index = messages.slice(asked + 1).filter(({ role }) => role === 'assistant').length;
  const step: unknown = Array.isArray(plan) ? plan[index] : undefined;
  reply.begin();
  if (Array.isArray(step)) await call(reply, step, index);
  else await say(reply, typeof step === 'string' ? step : `results: ${results(messages)}`);
  await reply.write(usage(messages.length, 1) + done);
  reply.end();
}

async function call(reply: Reply, calls: readonly PlannedCall[], step: number): Promise<void> {
  for (const [index, { name, input }] of calls.entries()) {
    const id = `call_${step}_${index}`;
    const text = JSON.stringify(input ?? {});
    const half = Math.floor(text.length / 2);
    const head = { index, id, type: 'function', function: { name, arguments: '' } };
    await reply.write(chunk({ tool_calls: [head] }));
    for (const piece of [text.slice(0, half), text.slice(half)]) {
      await reply.write(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  await reply.write(chunk({}, 'tool_calls'));
}

async function say(reply: Reply, text: string): Promise<void> {
  await reply.write(chunk({ content: text }) + chunk({}, 'stop'));
}

function results(messages: readonly ChatMessage[]): string {
  const answered = messages.findLastIndex(({ role }) => role === 'assistant');
  return JSON.stringify(messages.slice(answered + 1).map(contentText));
}

function isPlan(content: unknown): boolean {
  try {
    return Array.isArray(JSON.parse(contentText({ role: 'user', content })));
  } catch {
    return false;
  }
}
