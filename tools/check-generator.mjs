// A new extension of each kind is well-formed, compiles and passes its own tests, untouched. It is
// made in a folder of its own and never joins the workspace.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionKinds, fillTemplate } from './extension-template.mjs';
import { makeProject, typeCheck } from './snippet-project.mjs';
import { finish, root, stampFolder } from './workspace.mjs';

const folder = join(stampFolder, 'generated');
const config = readFileSync(join(root, 'vitest.config.ts'), 'utf8');
const name = 'tea-kettle';
const problems = [];
makeProject(folder, [
  { name: 'zod', from: 'packages/wire' },
  { name: 'vitest', from: '.' },
]);
for (const kind of extensionKinds()) {
  for (const [path, text] of fillTemplate(kind, name)) {
    // It points at its place in the workspace.
    if (path === 'tsconfig.json') continue;
    const file = join(folder, 'packages/extensions', `${kind}-${name}`, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    if (/word.?count/i.test(path + text))
      problems.push(`${kind}: ${path} keeps the template's name`);
  }
}
// The repository's settings, without the database that its other tests want.
writeFileSync(join(folder, 'vitest.config.ts'), config.replace(/^\s*globalSetup:.*$/m, ''));
problems.push(...typeCheck(folder));
run('biome', ['check', '--vcs-enabled=false', join(folder, 'packages')]);
run('vitest', ['run', '--root', folder]);
finish('generator', problems, extensionKinds().join(', '));

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) problems.push(`${command} ended with ${status}:\n${stdout}${stderr}`);
}
