import type { TurnEvent } from '@dispatch/wire';

/** What is told of every connection of a client. */
export interface ReaderListener {
  /** An answer that streams events, or a socket, was opened. */
  opened(): void;
  told(event: TurnEvent): void;
  resynced(): void;
  complain(words: string): void;
}

/** Behind a first violation, further ones mean nothing. */
export function complainOnce(
  complain: (words: string) => void,
): (words: string | undefined) => void {
  let hasComplained = false;
  return (words) => {
    if (words === undefined || hasComplained) return;
    hasComplained = true;
    complain(words);
  };
}
