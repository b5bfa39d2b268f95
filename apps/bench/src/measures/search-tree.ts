import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = 1000;
const filesPerFolder = 100;

/** So many files it holds that are not ignored. */
export const treeFiles = folders * filesPerFolder;

/** In one file of two thousand. */
export const rareWord = 'needle';

const line = 'export const value = compute(left, right); // of a common line in a source file\n';

/** Makes a repository of 100,000 files of 1 KiB on the average, a third of them `.ts`, and as many again in an ignored folder as ten folders hold. */
export function makeSearchTree(root: string): void {
  mkdirSync(join(root, '.git'), { recursive: true });
  writeFileSync(join(root, '.gitignore'), 'node_modules/\n*.log\n/dist\n');
  for (let at = 0; at < folders; at += 1) {
    fillFolder(join(root, `packages/group-${at % 25}/part-${at}/src`), at);
  }
  for (let at = 0; at < 10; at += 1) fillFolder(join(root, `node_modules/package-${at}`), at);
}

function fillFolder(folder: string, at: number): void {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < filesPerFolder; index += 1) {
    const number = at * filesPerFolder + index;
    const ending = ['ts', 'md', 'json'][number % 3];
    const text =
      line.repeat(1 + (number % 25)) + (number % 2000 === 7 ? `the ${rareWord} ${number}\n` : '');
    writeFileSync(join(folder, `file-${number}.${ending}`), text);
  }
}
