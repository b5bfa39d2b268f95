import type { QueuedMessage } from '@dispatch/contracts';
import type { Inspected } from './inspected.ts';
import { parseChunk, parseJson } from './parse-chunk.ts';

/** What waits: not more than the limit, each once, each a message of a user's. */
export function checkQueue({ inspection, report }: Inspected, queueLimit: number): void {
  const { queue } = inspection;
  if (queue.length > queueLimit) {
    report('queue-too-long', `${queue.length} messages wait; the limit is ${queueLimit}.`);
  }
  const ids = new Set<string>();
  for (const message of queue) {
    const { queueId } = message;
    if (ids.has(queueId)) report('queue-id-repeated', `Two messages wait as ${queueId}.`);
    ids.add(queueId);
    const problem = problemOf(message);
    if (problem !== undefined) {
      report('queued-message-invalid', `The message ${queueId} can not be delivered: ${problem}`);
    }
  }
}

function problemOf({ messageJson, chunks }: QueuedMessage): string | undefined {
  const message = parseJson(messageJson);
  if (!message.ok) return message.problem;
  if (typeof message.value !== 'string' && !Array.isArray(message.value)) {
    return 'It is neither a text nor a list of parts.';
  }
  if (chunks.length === 0) return 'It says nothing.';
  for (const { role, json } of chunks) {
    const parsed = parseChunk(json);
    if (!parsed.ok) return parsed.problem;
    const isOfUser = parsed.chunk.type === 'text' || parsed.chunk.type === 'attachment';
    if (role !== 'user' || !isOfUser) return `It holds a ${parsed.chunk.type} of a ${role}'s.`;
    if (parsed.chunk.type === 'text' && parsed.chunk.text === '') return 'A text is empty.';
  }
  return undefined;
}
