/** The codes that this package fails with, beside those of the contracts. */
export const storePostgresErrorCodes = {
  'store-older':
    'The database holds no store yet, or one of an older version, and it was only to be read.',
  'store-newer': 'The database was made by a newer version of this package.',
  'store-migration-failed': 'A migration of the database failed; nothing of it was kept.',
} as const;

export type StorePostgresErrorCode = keyof typeof storePostgresErrorCodes;
