/** What a try came to. `unknown`: it may have been done or not, or be done yet. */
export type Attempt =
  | { readonly outcome: 'done'; readonly fields: Readonly<Record<string, string>> }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'unknown' };

/** How a person talks to a host: by requests, or over a socket. Bodies are those of WIRE.md. */
export interface Channel {
  /** `turnId`, and `isNew` where it is certain that this try started the turn. */
  start(body: Readonly<Record<string, string>>): Promise<Attempt>;
  /** `queueId`. */
  queue(body: Readonly<Record<string, string>>): Promise<Attempt>;
  /** `turnId`. */
  abort(): Promise<Attempt>;
  close(): void;
}

/** A store that did not answer may have done it; anything else that a host refuses it has not. */
export function refusalBy(code: string): Attempt {
  const isUnknown = code === 'store-unavailable' || code === 'internal';
  return { outcome: isUnknown ? 'unknown' : 'refused' };
}

export const unknownOutcome: Attempt = { outcome: 'unknown' };

/** The texts among a JSON object's fields. */
export function textFields(json: unknown): Readonly<Record<string, string>> {
  if (typeof json !== 'object' || json === null) return {};
  return Object.fromEntries(
    Object.entries(json).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
