import { connect } from 'node:net';
import { inject } from 'vitest';

/**
 * The URL of a new, empty database in a real PostgreSQL, for one test file. It goes with the test
 * run. The first call of a run starts the server (about a second).
 */
export async function freshDatabaseUrl(): Promise<string> {
  let text = '';
  for await (const part of connect(inject('databasePort'), '127.0.0.1')) text += part;
  const { url, error }: { url?: string; error?: string } = JSON.parse(text);
  if (url === undefined) throw new Error(`There is no PostgreSQL to test with: ${error}`);
  return url;
}
