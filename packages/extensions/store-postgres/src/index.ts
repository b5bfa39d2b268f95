import { createStorePostgres } from './store-postgres.ts';

export { type StorePostgresErrorCode, storePostgresErrorCodes } from './errors.ts';
export { type OpenedStore, type OpenStoreOptions, openStore } from './open-store.ts';
export type { StorePostgresOptions } from './options.ts';
export type { RowChecks, StrayRows, WrongCounter } from './row-checks.ts';
export { createStorePostgres } from './store-postgres.ts';

export default createStorePostgres();
