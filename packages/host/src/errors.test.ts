import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hostCodes } from './errors.ts';

test('the README lists every code, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const codes = readme.slice(readme.indexOf('## Codes'));
  const listed = [...codes.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\|$/gm)].map(([, code, said]) => [
    code,
    said,
  ]);
  expect(Object.fromEntries(listed)).toEqual(hostCodes);
});
