import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = join(root, 'apps/host-bin/dist/main.js');
const readyWithinMs = 20_000;

export interface HostProcess {
  readonly url: string;
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** All of standard output and of standard error so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface HostOptions {
  /** Kept from an earlier host; a fresh one of its own otherwise. */
  readonly dataDir?: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A folder for a host's data, and what removes it. */
export function temporaryDataDir(): { readonly dataDir: string; remove(): void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'dispatch-e2e-'));
  // The embedded PostgreSQL does not run as root: its user has to be able to enter the folder.
  chmodSync(dataDir, 0o711);
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

/** The environment of a host under test: nothing of the surroundings but what finds programs. */
function cleanEnvironment(extra: HostOptions['environment']): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env;
  return { PATH, HOME, TMPDIR, ...extra };
}

/** Runs the host's binary and resolves with how it ended; for what is not to start. */
export function runHost(
  options: HostOptions & { readonly dataDir: string },
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { child, output } = launch(options, options.dataDir);
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, ...output() }));
  });
}

/** Starts the real host, embedded store and all, on a free port. */
export async function startHost(options: HostOptions = {}): Promise<HostProcess> {
  const dataDir = options.dataDir ?? temporaryDataDir().dataDir;
  const { child, output } = launch(options, dataDir);
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  const url = await new Promise<string>((resolve, reject) => {
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the host was not ready in time:\n${output().stderr}`));
    }, readyWithinMs);
    const look = () => {
      const ready = /^dispatch ready (\S+)$/m.exec(output().stdout)?.[1];
      if (ready === undefined) return;
      clearTimeout(deadline);
      resolve(ready);
    };
    child.stdout?.on('data', look);
    void exited.then((code) => {
      clearTimeout(deadline);
      reject(new Error(`the host ended with ${code}:\n${output().stderr}`));
    });
  });
  return {
    url,
    dataDir,
    child,
    output,
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function launch(options: HostOptions, dataDir: string) {
  const args = [bundle, '--port', '0', '--data', dataDir, ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? dataDir,
    env: cleanEnvironment(options.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return { child, output: () => ({ stdout, stderr }) };
}

/** The process's id as `host.json` tells it. */
export function readHostFile(dataDir: string): { pid: number; url: string; startedAt: string } {
  return JSON.parse(readFileSync(join(dataDir, 'host.json'), 'utf8'));
}
