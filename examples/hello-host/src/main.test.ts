import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the host of the README holds a conversation and stops', () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=source', main], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toBe('You said: Hello\n');
  expect(status).toBe(0);
});
