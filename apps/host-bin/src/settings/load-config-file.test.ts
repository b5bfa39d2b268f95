import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfigFile } from './load-config-file.ts';

let root = '';
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-config-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(root, `${count++}-`));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
};

test('there need not be one', async () => {
  expect(await loadConfigFile(folderWith({}))).toBeUndefined();
});

test.each([
  ['dispatch.config.ts', 'const port: number = 5;\nexport default { port };\n'],
  ['dispatch.config.js', 'export default { port: 5 };\n'],
  ['dispatch.config.js', 'module.exports = { port: 5 };\n'],
  ['dispatch.config.json', '{ "port": 5 }'],
])('%s: %j', async (name, content) => {
  const folder = folderWith({ [name]: content });
  expect(await loadConfigFile(folder)).toEqual({ path: join(folder, name), values: { port: 5 } });
});

test.each([
  ['dispatch.config.ts', 'export default {\n  port: 1 as number,\n  bind: ,\n};\n', ':3:9: '],
  ['dispatch.config.js', 'export default {\n  port: 1,\n  bind: ,\n};\n', ':3:9: '],
  ['dispatch.config.json', '{\n  "port": 1,\n  "bind": ,\n}', ':3:11: '],
  ['dispatch.config.json', '{\n  "port": 1,\n}', ':3:1: '],
  ['dispatch.config.json', '{"port": 01}', ':1:11: '],
  ['dispatch.config.json', "{'port': 1}", ':1:2: '],
  ['dispatch.config.json', '{"port": 1', ':1:11: '],
  ['dispatch.config.json', '{"port": [1,]}', ':1:13: '],
  ['dispatch.config.json', '{} {}', ':1:4: '],
])('a syntax error in %s is told with its place: %j', async (name, content, place) => {
  const folder = folderWith({ [name]: content });
  await expect(loadConfigFile(folder)).rejects.toThrow(`${join(folder, name)}${place}`);
});

test.each([
  [{ 'dispatch.config.ts': 'export const port = 1;' }, 'found nothing as its default export'],
  [{ 'dispatch.config.json': '[]' }, 'found a list, expected an object'],
  [{ 'dispatch.config.ts': 'throw new Error("boom")' }, 'the file can not be loaded: boom'],
  [
    { 'dispatch.config.ts': 'export default {}', 'dispatch.config.json': '{}' },
    'found two config files, expected one',
  ],
])('%j', async (files, words) => {
  await expect(loadConfigFile(folderWith(files))).rejects.toThrow(words);
});
