import { createPostgresEmbedded } from './postgres-embedded.ts';

export { type PostgresErrorCode, postgresErrorCodes } from './errors.ts';
export { findRunningPostgres } from './find-running.ts';
export type { PostgresEmbeddedOptions } from './options.ts';
export { createPostgresEmbedded } from './postgres-embedded.ts';
export {
  type RunningPostgres,
  type StartPostgresOptions,
  startPostgres,
  temporaryDataDir,
} from './start-postgres.ts';

export default createPostgresEmbedded();
