// `npm run bench`: installs and bundles what changed, then measures with the arguments given.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, findNode, install } from './prepare.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

install();
await bundle();
const main = join(root, 'apps/bench/src/main.ts');
const args = ['--conditions=source', main, ...process.argv.slice(2)];
const { status } = spawnSync(findNode(), args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
