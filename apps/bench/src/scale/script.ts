const piece = 'some twenty letters ';

/** A message that makes the scripted model say `deltas` pieces of twenty letters at a pace. */
export function pacedScript(deltas: number, delayMs: number): string {
  return JSON.stringify([{ text: piece.repeat(deltas), deltas, delayMs }]);
}

/** An exchange as it is typical: a question of 200 letters, a call, an answer of 800. */
export const typicalScript = JSON.stringify([
  { text: 'I look at the file before I answer. '.padEnd(100, '.') },
  { tool: 'read_file', input: { path: 'host-id', limit: 3 } },
  { next: true },
  { text: piece.repeat(40) },
]);
