import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HostOptions {
  /** The host's program, as `npm start` runs it. */
  readonly program: string;
  /** Kept from an earlier process of this host, or made. What the host logs goes to `log` in it. */
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly leaseMs: number;
}

/** A host that runs, from outside. */
export interface HostProcess {
  readonly url: string;
  /** What it signs its leases with; the same at every start on its data folder. */
  readonly hostId: string;
  /** SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it neither runs nor answers, and its connections stay open. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Resolves when it has ended, whatever ended it. */
  readonly exited: Promise<void>;
}

const readyWithinMs = 30_000;

/** Starts the real host on a free port and resolves when it serves. Rejects where it does not. */
export async function startHost(options: HostOptions): Promise<HostProcess> {
  mkdirSync(options.dataDir, { recursive: true });
  const child = launch(options);
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = () => {
    child.kill('SIGKILL');
    return exited;
  };
  try {
    const url = await readReadyLine(child, exited);
    const hostId = readFileSync(join(options.dataDir, 'host-id'), 'utf8').trim();
    return {
      url,
      hostId,
      kill,
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
      exited,
    };
  } catch (error) {
    await kill();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason} It said:\n${lastLines(options.dataDir)}`, { cause: error });
  }
}

function launch({ program, dataDir, databaseUrl, leaseMs }: HostOptions): ChildProcess {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const log = openSync(logFile(dataDir), 'a');
  const args = [program, '--port', '0', '--data', dataDir, '--approvals', 'auto'];
  const child = spawn(process.execPath, args, {
    cwd: dataDir,
    // Nothing else of the surroundings: a key there would change the model.
    env: {
      PATH,
      HOME,
      ...(TMPDIR === undefined ? {} : { TMPDIR }),
      DATABASE_URL: databaseUrl,
      DISPATCH_LEASE_MS: String(leaseMs),
    },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  return child;
}

function readReadyLine(child: ChildProcess, exited: Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(new Error(`The host was not ready in ${readyWithinMs} ms.`)),
      readyWithinMs,
    );
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const url = /^dispatch ready (\S+)$/m.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(deadline);
      resolve(url);
    });
    void exited.then(() => {
      clearTimeout(deadline);
      reject(new Error('The host ended before it was ready.'));
    });
  });
}

function logFile(dataDir: string): string {
  return join(dataDir, 'log');
}

function lastLines(dataDir: string): string {
  return readFileSync(logFile(dataDir), 'utf8').split('\n').slice(-20).join('\n');
}
