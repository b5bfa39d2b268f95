// A throw-away folder where code from outside the workspace is type-checked against its sources.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listPackages, root } from './workspace.mjs';

/**
 * Makes the folder anew, with every package of the workspace installed in it, and those third-party
 * ones that are named.
 *
 * @param {string} folder absolute
 * @param {{ name: string, from: string }[]} others `from`: a folder of the workspace that has it
 */
export function makeProject(folder, others = []) {
  rmSync(folder, { recursive: true, force: true });
  const links = listPackages().map(({ name, folder: from }) => ({
    name,
    target: join(root, from),
  }));
  for (const { name, from } of others) {
    links.push({ name, target: join(root, from, 'node_modules', name) });
  }
  for (const { name, target } of links) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      noUnusedLocals: false,
      noEmit: true,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: ['**/*.ts'],
    exclude: ['node_modules'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config, null, 2));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
}

/** The compiler's words about the folder; empty where all is well. */
export function typeCheck(folder) {
  const compiler = join(root, 'node_modules/.bin/tsc');
  const { stdout, stderr } = spawnSync(compiler, ['-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`
    .split('\n')
    .filter((row) => row.includes('error TS'))
    .map((row) => row.replace(/^.*\.stamp\/[^/]+\//, ''));
}
