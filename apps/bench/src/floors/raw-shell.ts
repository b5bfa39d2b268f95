import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The least that running a command can be: a shell, its two pipes, and their end. */
export async function rawShell(shell: string, command: string): Promise<void> {
  const child = spawn(shell, ['-c', command], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.resume();
  child.stderr.resume();
  await once(child, 'close');
}
