// Makes a new extension out of a template: `npm run new:extension tool word-count`. Asks nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionKinds, fillTemplate } from './extension-template.mjs';
import { root } from './workspace.mjs';

const [kind, name, ...others] = process.argv.slice(2);
if (kind === '--help' || !isGood()) {
  console.error(
    `usage: npm run new:extension <kind> <name>\n  kind: ${extensionKinds().join(', ')}\n  name: kebab-case, without the kind, as in word-count`,
  );
  process.exit(kind === '--help' ? 0 : 64);
}

const folder = `packages/extensions/${kind}-${name}`;
if (existsSync(join(root, folder))) {
  console.error(`${folder} is there already`);
  process.exit(73);
}
for (const [path, text] of fillTemplate(kind, name)) {
  const file = join(root, folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  console.log(`${folder}/${path}`);
}
addReference(folder);
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
run('npx', ['--yes', packageManager, 'install']);
run('npx', ['biome', 'check', '--write', folder, 'tsconfig.json']);
console.log(`\nNow: npx vitest run ${folder}`);

function isGood() {
  return (
    extensionKinds().includes(kind) &&
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? '') &&
    others.length === 0
  );
}

function addReference(path) {
  const file = join(root, 'tsconfig.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.references.push({ path });
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
