/** A PostgreSQL 14 or newer. Whoever provides it keeps it up until its `dispose`. */
export interface Database {
  /** `postgres://…`, password included: a secret. */
  readonly url: string;
  /** The Unix socket itself, `.s.PGSQL.5432` included: connect there instead of to the URL's host and port. */
  readonly socketPath?: string;
  /** Nobody but this host can reach it: whatever runs in it at start is this host's own, from before. */
  readonly isPrivate: boolean;
}
