import { createHash, timingSafeEqual } from 'node:crypto';

/** Tells whether a client's token is the one, in a time that says nothing about it. */
export type TokenCheck = (given: string) => boolean;

export function tokenCheck(token: string): TokenCheck {
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
}

// Digests have one length, whatever was given: the comparison needs that.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
