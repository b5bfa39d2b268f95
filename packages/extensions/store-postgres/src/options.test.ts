import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import storePostgres, { storePostgresErrorCodes } from './index.ts';
import { parseOptions } from './options.ts';

describe('options', () => {
  it('have defaults, and name what is wrong', () => {
    expect(parseOptions(undefined)).toEqual({ maxConnections: 10 });
    expect(parseOptions({ maxConnections: 3 })).toEqual({ maxConnections: 3 });
    expect(() => parseOptions({ maxConnections: 0 })).toThrow('`maxConnections`');
    expect(() => parseOptions({ maxConection: 3 })).toThrow('maxConection');
  });
});

describe('the extension', () => {
  it('needs a database and provides all that stands on it', () => {
    expect(storePostgres.needs).toEqual(['database']);
    expect(storePostgres.provides).toEqual(['store', 'records', 'blobs']);
  });

  it('has its codes in the README', () => {
    const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
    for (const code of Object.keys(storePostgresErrorCodes))
      expect(readme).toContain(`\`${code}\``);
  });
});
