// What the checks know of the repository: its packages and their files.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Where checks keep what they need not do twice. Not committed. */
export const stampFolder = join(root, '.stamp');

/**
 * A package of the workspace, `folder` relative to the repository. `layer` is its folder's name
 * under `packages`, `extension`, `app` or `example`.
 *
 * @returns {{ name: string, folder: string, layer: string, manifest: Record<string, any> }[]}
 */
export function listPackages() {
  const folders = globSync(['packages/*', 'packages/extensions/*', 'apps/*', 'examples/*'], {
    cwd: root,
  });
  return folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      return { name: manifest.name, folder, layer: layerOf(folder), manifest };
    });
}

export function layerOf(folder) {
  if (folder.startsWith('packages/extensions/')) return 'extension';
  if (folder.startsWith('apps/')) return 'app';
  if (folder.startsWith('examples/')) return 'example';
  return folder.split('/')[1];
}

/** Paths relative to the repository, sorted; without what is installed or built. */
export function listFiles(...patterns) {
  const skipped = /(^|\/)(node_modules|dist|\.stamp|\.dispatch|\.git)(\/|$)/;
  return globSync(patterns, { cwd: root, exclude: (name) => skipped.test(String(name)) })
    .filter((path) => !skipped.test(path))
    .map((path) => relative(root, join(root, path)))
    .sort();
}

export function readText(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** Prints what was found and leaves the process with 1, or says in a line that all is well. */
export function finish(name, problems, checked) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(`${name}: ${problems.length} found`);
    process.exit(1);
  }
  console.log(`${name}: ${checked}`);
}
