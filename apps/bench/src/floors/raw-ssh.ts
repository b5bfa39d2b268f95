import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Plain `ssh` with a control master, as a user's own shell would run it. */
export function rawSsh({ configFile, folder }: { configFile: string; folder: string }) {
  const args = ['-F', configFile, '-S', join(folder, 'raw')];
  const environment = { PATH: '/usr/bin:/bin' };
  spawnSync('ssh', [...args, '-M', '-f', '-N', 'box'], { env: environment, stdio: 'ignore' });
  return {
    async run(command: string): Promise<void> {
      const child = spawn('ssh', [...args, '-T', 'box', command], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.resume();
      child.stderr.resume();
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`ssh ended with ${code}`);
    },
    close: () => void spawnSync('ssh', [...args, '-O', 'exit', 'box'], { stdio: 'ignore' }),
  };
}
