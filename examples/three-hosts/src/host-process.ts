import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../apps/host-bin/dist/main.js', import.meta.url));
/** So long after its last sign of life a host's turns are free for the others. Ten seconds by default. */
const leaseMs = 2000;

export interface HostProcess {
  readonly url: string;
  /** Resolves when the process is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts a host as `npm start` does and resolves when it serves. It has a data folder of its own. */
export async function startHost(dataDir: string, databaseUrl: string): Promise<HostProcess> {
  mkdirSync(dataDir, { recursive: true });
  const args = [program, '--data', dataDir, '--port', '0', '--approvals', 'auto'];
  const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: dataDir,
    env: {
      PATH,
      HOME,
      TMPDIR,
      DATABASE_URL: databaseUrl,
      DISPATCH_LEASE_MS: String(leaseMs),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let logged = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const ready = /^dispatch ready (\S+)$/m.exec(printed)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => reject(new Error(`The host did not start:\n${logged}`)));
  });
  return {
    url,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
