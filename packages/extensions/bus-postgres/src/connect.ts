import type { Database } from '@dispatch/contracts';
import postgres from 'postgres';

export type Connection = ReturnType<typeof connect>;

export interface ConnectionEvents {
  readonly onNotify: (channel: string, payload: string) => void;
  readonly onClose: () => void;
}

/** One connection, opened with its first statement. It stays open, and is not opened a second time. */
export function connect(database: Database, { onNotify, onClose }: ConnectionEvents) {
  // The driver's own `listen` stands on this option, which its types leave out. That one forgets its
  // channels where the server is not back at the first attempt.
  const untyped = { onnotify: onNotify };
  return postgres(database.url, {
    ...untyped,
    ...(database.socketPath === undefined ? {} : { path: database.socketPath, ssl: false }),
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
    onclose: onClose,
    connection: {
      application_name: 'dispatch-bus',
      statement_timeout: 20_000,
      // Nothing of a message is kept: its commit need not wait for the disk.
      synchronous_commit: 'off',
    },
  });
}
