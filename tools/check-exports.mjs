// What each package would publish, looked at by publint and by "are the types wrong" (the profile
// of ES modules alone). A package that has not changed since it passed is not looked at again.
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { finish, listPackages, root, stampFolder } from './workspace.mjs';

/** Resolutions of a package without CommonJS that mean nothing. */
const ignoredResolutions = new Set(['node10', 'node16-cjs']);

const stampFile = join(stampFolder, 'exports.json');
const passed = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
const packages = listPackages().filter(({ manifest }) => manifest.private !== true);
const problems = [];
const changed = [];

for (const owner of packages) {
  const files = publishedFiles(owner);
  const missing = entryFiles(owner.manifest).filter((file) => !files.has(file));
  for (const file of missing) problems.push(`${owner.folder}: ${file} is not there: run tsc -b`);
  for (const field of ['description', 'license', 'version', 'type', 'files']) {
    if (owner.manifest[field] === undefined) problems.push(`${owner.folder}: no ${field}`);
  }
  if (!files.has('README.md')) problems.push(`${owner.folder}: no README.md`);
  const hash = hashOf(files);
  if (missing.length === 0 && passed[owner.name] !== hash) changed.push({ owner, files, hash });
}

if (changed.length > 0) {
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  const { checkPackage, Package } = await importOfCli('@arethetypeswrong/core');
  const look = async ({ folder, name, version }, files) => {
    const packed = [...files].map(([path, data]) => ({ name: `package/${path}`, data }));
    const linted = await publint({ pkgDir: 'package', pack: { files: packed }, level: 'warning' });
    const said = linted.messages.map((words) => formatMessage(words, linted.pkg, { color: false }));
    const entries = [...files].map(([path, data]) => [`/node_modules/${name}/${path}`, data]);
    const typed = await checkPackage(new Package(Object.fromEntries(entries), name, version));
    return [...said, ...describeTypes(typed)].map((words) => `${folder}: ${words}`);
  };
  // A package whose types lead nowhere and whose entry is no module: both must say so.
  const broken = await look({ folder: 'sample', name: 'sample', version: '1.0.0' }, brokenSample());
  if (broken.length < 2)
    problems.push(`check-exports: too little found in a bad sample: ${broken}`);
  for (const { owner, files, hash } of changed) {
    const found = await look({ ...owner, version: owner.manifest.version }, files);
    if (found.length === 0 && files.has('README.md')) passed[owner.name] = hash;
    problems.push(...found);
  }
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(stampFile, JSON.stringify(passed, null, 2));
}
finish('exports', problems, `${packages.length} packages, ${changed.length} of them changed`);

function describeTypes(result) {
  if (result.types === false) return ['no types are published'];
  return result.problems
    .filter(({ resolutionKind }) => !ignoredResolutions.has(resolutionKind))
    .map((problem) =>
      [problem.kind, problem.entrypoint, problem.resolutionKind]
        .filter((part) => part !== undefined)
        .join(' '),
    );
}

function brokenSample() {
  const manifest = {
    name: 'sample',
    version: '1.0.0',
    type: 'module',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
  };
  return new Map([
    ['package.json', Buffer.from(JSON.stringify(manifest))],
    ['index.js', Buffer.from('module.exports = require("node:fs");\n')],
    ['index.d.ts', Buffer.from("export { a } from './missing.js';\n")],
  ]);
}

/** What npm would pack, by name: the manifest, the README, and what `files` names. */
function publishedFiles({ folder, manifest }) {
  const patterns = (manifest.files ?? []).flatMap((entry) => [entry, `${entry}/**`]);
  const names = globSync(['package.json', 'README.md', ...patterns], {
    cwd: join(root, folder),
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tsbuildinfo'))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, folder).length + 1));
  return new Map(names.sort().map((name) => [name, readFileSync(join(root, folder, name))]));
}

function entryFiles({ exports = {} }) {
  return Object.values(exports)
    .flatMap((target) => [target.types, target.default])
    .filter((file) => typeof file === 'string')
    .map((file) => file.slice('./'.length));
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const [name, data] of files) {
    if (!name.endsWith('.map')) hash.update(`${name}\0${data.length}\0`).update(data);
  }
  return hash.digest('hex');
}

/** The library behind the command line tool that the repository depends on. */
async function importOfCli(name) {
  const cli = realpathSync(join(root, 'node_modules/@arethetypeswrong/cli/package.json'));
  return import(pathToFileURL(createRequire(cli).resolve(name)).href);
}
