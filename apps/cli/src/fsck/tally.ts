import type { Checked } from './check-store.ts';

/** What was looked at, and how much was found. */
export interface Tally {
  conversations: number;
  chunks: number;
  turns: number;
  findings: number;
}

export function createTally(): Tally {
  return { conversations: 0, chunks: 0, turns: 0, findings: 0 };
}

export function addTo(tally: Tally, { isConversation, chunks, turns, findings }: Checked): void {
  if (isConversation) tally.conversations += 1;
  tally.chunks += chunks;
  tally.turns += turns;
  tally.findings += findings.length;
}

/** `2 conversations, 14 chunks, 3 turns: sound`. */
export function describeTally(tally: Tally): string {
  const { conversations, chunks, turns, findings } = tally;
  const looked = [
    count(conversations, 'conversation'),
    count(chunks, 'chunk'),
    count(turns, 'turn'),
  ].join(', ');
  if (findings === 0) return `${looked}: sound`;
  return `${looked}: ${count(findings, 'finding')}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
