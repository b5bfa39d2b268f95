import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Failure, Tally } from '../command/tally.ts';

const command = fileURLToPath(new URL('../main.ts', import.meta.url));
const preload = new URL('./install-mutation.ts', import.meta.url);

/** Longer than any number of histories takes that are worth trying. */
const deadlineMs = 30 * 60_000;

export interface MutatedRun {
  /** Absent: the product as it is. */
  readonly mutation?: string;
  /** The first seed. 0. */
  readonly from?: number;
  readonly histories: number;
  /** No more histories are begun once so many have failed. */
  readonly maxFailed: number;
}

/**
 * Runs histories in a process of their own, by the command of the simulation; the failures in the
 * order of their seeds. Rejects where the command could not do it, with what it said.
 */
export function runMutated(run: MutatedRun): Promise<readonly Failure[]> {
  const { mutation, from = 0, histories, maxFailed } = run;
  const args = ['--conditions=source'];
  if (mutation !== undefined) args.push('--import', `${preload.href}?mutation=${mutation}`);
  args.push(command, '--json', '--from', String(from));
  args.push('--histories', String(histories), '--max-failed', String(maxFailed));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: deadlineMs,
    });
    let told = '';
    let said = '';
    child.stdout.on('data', (chunk) => {
      told += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // 1: a history broke a promise.
      if (!told.startsWith('{')) {
        reject(new Error(`The simulation ended with ${signal ?? code}. ${said}`));
        return;
      }
      const { failures }: Tally = JSON.parse(told);
      resolve(failures.toSorted((a, b) => a.seed - b.seed));
    });
  });
}
