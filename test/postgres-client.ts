import type { Database } from '../packages/contracts/src/index.ts';
import { connect } from '../packages/extensions/store-postgres/src/connect.ts';

/** One plain connection, for what a test asks the server itself. */
export function connectTo(database: Pick<Database, 'url' | 'socketPath'>) {
  return connect({ ...database, isPrivate: true }, 1);
}
