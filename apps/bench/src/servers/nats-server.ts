import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/** Whether there is one on the PATH. */
export const hasNatsServer = (): boolean => spawnSync('nats-server', ['--version']).status === 0;

/** A NATS server on loopback, until `stop`. */
export async function startNatsServer(): Promise<{ url: string; stop: () => void }> {
  const port = await freePort();
  const args = ['-a', '127.0.0.1', '-p', String(port)];
  const server = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  process.once('exit', () => server.kill('SIGKILL'));
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (text) => {
      log += text;
      if (log.includes('Server is ready')) resolve();
    });
    server.once('close', () => reject(new Error(`nats-server did not start: ${log}`)));
  });
  return { url: `nats://127.0.0.1:${port}`, stop: () => void server.kill('SIGKILL') };
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
