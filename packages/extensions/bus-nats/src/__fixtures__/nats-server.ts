import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasNatsServer = spawnSync('nats-server', ['--version']).status === 0;

// A summary of a run counts what was skipped, and does not say why.
if (!hasNatsServer) console.warn('bus-nats: tests are skipped: no nats-server is on the PATH');

export interface NatsServer {
  readonly url: string;
  /** Again, at the same port. */
  start(): Promise<void>;
  /** At once, as a crash does. */
  stop(): Promise<void>;
}

/** A server of this test's own, on loopback, that keeps nothing; with more lines of its configuration. */
export async function natsServer(config = ''): Promise<NatsServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server: NatsServer = {
    url: `nats://127.0.0.1:${port}`,
    async start() {
      const folder = await mkdtemp(join(tmpdir(), 'dispatch-nats-'));
      const file = join(folder, 'nats.conf');
      await writeFile(file, `listen: "127.0.0.1:${port}"\n${config}\n`);
      const started = spawn('nats-server', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
      child = started;
      const kill = () => started.kill('SIGKILL');
      process.once('exit', kill);
      started.once('exit', () => process.off('exit', kill));
      // Read to the end: the server dies of a log that nobody takes.
      let log = '';
      await new Promise<void>((resolve, reject) => {
        started.stderr.on('data', (text) => {
          if (log.length < 100_000) log += text;
          if (log.includes('Server is ready')) resolve();
        });
        started.once('error', reject);
        started.once('exit', () => reject(new Error(`nats-server does not start: ${log}`)));
      }).finally(() => rm(folder, { recursive: true }));
    },
    async stop() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
  await server.start();
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
  return address.port;
}
