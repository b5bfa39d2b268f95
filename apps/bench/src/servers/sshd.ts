import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const daemon = '/usr/sbin/sshd';

export const hasSshd = (): boolean => existsSync(daemon) && spawnSync('ssh', ['-V']).status === 0;

/**
 * An sshd on loopback with keys of its own, and a configuration that knows it as `box`, until `stop`.
 * Its user's home is empty: what a shell does at each login would hide the rest.
 */
export async function startSshd(): Promise<{ configFile: string; folder: string; stop(): void }> {
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-bench-'));
  const path = (name: string) => join(folder, name);
  for (const key of ['host', 'user']) {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(key)]);
  }
  const port = await freePort();
  writeFileSync(path('known'), `[127.0.0.1]:${port} ${readFileSync(path('host.pub'), 'utf8')}`);
  writeFileSync(
    path('sshd'),
    `ListenAddress 127.0.0.1\nPort ${port}\nHostKey ${path('host')}\nAuthorizedKeysFile ${path('user.pub')}\nStrictModes no\nUsePAM no\nPidFile none\nSetEnv HOME=${folder}\n`,
  );
  writeFileSync(
    path('config'),
    `Host box\n HostName 127.0.0.1\n Port ${port}\n User ${userInfo().username}\n IdentityFile ${path('user')}\n IdentitiesOnly yes\n UserKnownHostsFile ${path('known')}\n`,
  );
  const server = spawn(daemon, ['-D', '-e', '-f', path('sshd')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => server.kill('SIGKILL'));
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (text) => {
      log += text;
      if (log.includes('Server listening')) resolve();
    });
    server.once('close', () => reject(new Error(`sshd did not start: ${log}`)));
  });
  return {
    configFile: path('config'),
    folder,
    stop() {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      probe.close(() => (port === undefined ? reject(new Error('no port')) : resolve(port)));
    });
  });
}
