import { isAbsolute } from 'node:path';

export interface PostgresEmbeddedOptions {
  /** Absolute. The files go to `postgres` below it. */
  readonly dataDir: string;
}

export function parseOptions(raw: unknown): PostgresEmbeddedOptions {
  if (typeof raw !== 'object' || raw === null) throw new Error('`dataDir` is missing.');
  for (const key of Object.keys(raw)) {
    if (key !== 'dataDir')
      throw new Error(`\`${key}\` is not an option; \`dataDir\` is the only one.`);
  }
  const dataDir = 'dataDir' in raw ? raw.dataDir : undefined;
  if (typeof dataDir !== 'string' || !isAbsolute(dataDir)) {
    throw new Error('`dataDir` must be an absolute path.');
  }
  return { dataDir };
}
