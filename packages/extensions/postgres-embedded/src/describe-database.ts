import type { Database } from '@dispatch/contracts';
import { type Address, socketPath } from './server-settings.ts';

/** How a server at this address is connected to. */
export function describeDatabase(address: Address, password: string): Database {
  if (address.kind === 'socket') {
    return {
      url: 'postgres://postgres@localhost/postgres',
      socketPath: socketPath(address.folder),
      isPrivate: true,
    };
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${address.port}/postgres`,
    isPrivate: true,
  };
}
