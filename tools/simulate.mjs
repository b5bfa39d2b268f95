// `npm run simulate`: installs what changed, then runs whole hosts on virtual time, from their sources.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, install } from './prepare.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

install();
const main = join(root, 'packages/simulation/src/main.ts');
const args = ['--conditions=source', main, ...process.argv.slice(2)];
const { status } = spawnSync(findNode(), args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
