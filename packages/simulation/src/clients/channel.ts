/** What a try came to. `unknown`: it may have been done or not, or be done yet. */
export type Attempt =
  | { readonly outcome: 'done'; readonly fields: Readonly<Record<string, string>> }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'unknown' };

/** The fields of a request, but for its conversation. */
export type Body = Readonly<Record<string, unknown>>;

/** How a person talks to a host: by requests, or over a socket. Bodies are those of WIRE.md. */
export interface Channel {
  /** `turnId`, and `isNew` where it is certain that this try started the turn. */
  start(body: Body): Promise<Attempt>;
  /** `queueId`. */
  queue(body: Body): Promise<Attempt>;
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

/** A number among a JSON object's fields; 0 where there is none. */
export function numberField(json: unknown, name: string): number {
  const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, name) : 0;
  return typeof value === 'number' ? value : 0;
}
