// Installs and bundles what a change calls for, and nothing else. Runs on Node 20 and without a
// single dependency: it is what fetches them. Its output goes to standard error.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const pnpm = 'pnpm@12.21.0';
const installStamp = join(root, 'node_modules', '.dispatch-install');
const bundleStamp = join(root, '.stamp', 'bundle');
const neededMajor = 24;

/** Installs unless the lockfile and the manifests are those of the last time. */
export function install() {
  const stamp = hashContents(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...listManifests()]);
  if (readStamp(installStamp) === stamp) return;
  console.error('dispatch: installing dependencies');
  const result = spawnSync('npx', ['--yes', pnpm, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) {
    fail(`the installation failed${result.error === undefined ? '' : `: ${result.error.message}`}`);
  }
  writeFileSync(installStamp, stamp);
}

/** Bundles the apps unless their sources are those of the last time. */
export async function bundle() {
  const files = ['packages', 'apps'].flatMap((folder) => listSources(join(root, folder)));
  const stamp = hashTimes([...files, join(root, 'tools/bundle.mjs'), installStamp]);
  const isThere = ['host-bin', 'cli'].every((app) =>
    existsSync(join(root, `apps/${app}/dist/main.js`)),
  );
  if (isThere && readStamp(bundleStamp) === stamp) return;
  const { bundleApps } = await import('./bundle.mjs');
  await bundleApps();
  mkdirSync(dirname(bundleStamp), { recursive: true });
  writeFileSync(bundleStamp, stamp);
}

/** Runs a program in this process if its Node is new enough, else in one of the Node that is installed. */
export async function runProgram(path) {
  const program = join(root, path);
  if (isNewEnough(process.versions.node)) {
    process.argv[1] = program;
    await import(pathToFileURL(program).href);
    return;
  }
  runNode([program]);
}

/** Runs a program of the workspace from its sources, with the arguments given. */
export function runSource(path) {
  runNode(['--conditions=source', join(root, path)]);
}

/** In a process of its own, that gets this one's signals; this one ends as that one does. */
function runNode(args) {
  const child = spawn(findNode(), [...args, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    process.exitCode = code ?? 1;
  });
}

/** The Node that programs and checks run on. */
export function findNode() {
  const installed = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(installed)) return installed;
  if (isNewEnough(process.versions.node)) return process.execPath;
  return fail(
    `there is no package of Node ${neededMajor} for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}: install Node ${neededMajor} or newer`,
  );
}

function isNewEnough(version) {
  return Number(version.split('.')[0]) >= neededMajor;
}

function listManifests() {
  const folders = ['packages', 'packages/extensions', 'apps', 'examples'].flatMap((parent) =>
    listFolder(join(root, parent)).map((entry) => `${parent}/${entry.name}`),
  );
  return ['.', ...folders]
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(join(root, path)));
}

/** All but tests and what is installed or built. */
function listSources(folder) {
  return listFolder(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ['node_modules', 'dist', '__fixtures__'].includes(entry.name) ? [] : listSources(path);
    }
    return /\.(ts|mjs|json)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

function listFolder(folder) {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
}

function hashContents(paths) {
  const hash = createHash('sha256').update(`${pnpm}\n${process.platform}-${process.arch}\n`);
  for (const path of paths) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function hashTimes(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const { mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
    hash.update(`${path}\n${mtimeMs}\n${size}\n`);
  }
  return hash.digest('hex');
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

// By itself it bundles and installs nothing: for tests that run a program.
if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();

function fail(message) {
  console.error(`dispatch: ${message}`);
  process.exit(1);
}
