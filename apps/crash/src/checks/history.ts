import type { Snapshot } from '@dispatch/client';

/** What is always true of a committed history (WIRE.md section 2). Returns what is wrong. */
export function checkHistory({ conversationId, chunks, lastSeq }: Snapshot): readonly string[] {
  const problems: string[] = [];
  if (chunks.some(({ seq }, index) => seq !== index + 1) || chunks.length !== lastSeq) {
    problems.push(`${conversationId}: its seqs are not 1 to ${lastSeq}`);
  }
  const open = new Map<string, string>();
  const callIds = new Set<string>();
  for (const { seq, role, chunk } of chunks) {
    if (chunk.type === 'text' && chunk.text === '') problems.push(`${seq}: an empty text`);
    if (role === 'assistant' && 'stepId' in chunk) {
      const left = [...open].find(([, stepId]) => stepId !== chunk.stepId);
      if (left !== undefined) problems.push(`${seq}: ${left[0]} has no result before it`);
    }
    if (chunk.type === 'tool-call') {
      if (callIds.has(chunk.callId)) problems.push(`${seq}: ${chunk.callId} is called twice`);
      callIds.add(chunk.callId);
      open.set(chunk.callId, chunk.stepId);
    }
    if (chunk.type === 'tool-result' && !open.delete(chunk.callId)) {
      problems.push(`${seq}: a result of ${chunk.callId}, which has none to come`);
    }
  }
  for (const [callId] of open) problems.push(`${conversationId}: ${callId} has no result`);
  return problems.map((words) => `${conversationId}: ${words}`);
}
