// `npm run example <name>`: installs and bundles what changed, then runs the example.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, install, runSource } from './prepare.mjs';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../examples');
const [name = ''] = process.argv.splice(2, 1);

if (/^[a-z-]+$/.test(name) && existsSync(join(folder, name, 'src/main.ts'))) {
  install();
  await bundle();
  runSource(`examples/${name}/src/main.ts`);
} else {
  console.error(`usage: npm run example <name>, one of: ${readdirSync(folder).join(', ')}`);
  process.exitCode = 2;
}
