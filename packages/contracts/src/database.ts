/** A PostgreSQL 14 or newer. Whoever provides it keeps it up until its `dispose`. */
export interface Database {
  /** `postgres://…`, password included: a secret. */
  readonly url: string;
  /** Where the socket's folder can not stand in a URL. */
  readonly socketPath?: string;
  /** Nobody but this host can reach it: whatever runs in it at start is this host's own, from before. */
  readonly isPrivate: boolean;
}
