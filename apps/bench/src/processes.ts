import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, '../../..');
const childDeadlineMs = 300_000;

/** Measures in a fresh process and resolves with what it found. */
export function measureInChild<T>(measure: string, options: object = {}): Promise<T> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--expose-gc',
      join(here, 'child.ts'),
      measure,
      JSON.stringify(options),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let text = '';
    const deadline = setTimeout(() => child.kill('SIGKILL'), childDeadlineMs);
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    child.once('close', (code) => {
      clearTimeout(deadline);
      if (code === 0) resolve(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
      else reject(new Error(`the measure ${measure} ended with ${code}`));
    });
  });
}

export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Standard output's first line came so long after the start. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Starts a process that prints its URL when it serves; it ends when its standard input does. */
export async function startServer(
  args: readonly string[],
  options: { readonly environment?: Record<string, string>; readonly ready?: RegExp } = {},
): Promise<Server> {
  const { environment = {}, ready = /(http:\S+)/ } = options;
  const startedAt = performance.now();
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const found = ready.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`${args.join(' ')} did not serve`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Processor time of a process, in milliseconds, in steps of ten (Linux). */
export function cpuMs(pid: number): number {
  return readStat(pid).ownMs;
}

/** The same of a process and of its children, those that have ended included. */
export function familyCpuMs(pid: number): number {
  const { ownMs, endedMs } = readStat(pid);
  let sum = ownMs + endedMs;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const child = readStat(Number(name));
      if (child.parent === pid) sum += child.ownMs + child.endedMs;
    } catch {
      // It has ended since the folder was read.
    }
  }
  return sum;
}

/** In Linux's order: after the name come the state and the parent. */
function readStat(pid: number) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [
    1, 11, 12, 13, 14,
  ].map((index) => Number(fields[index]));
  return { parent, ownMs: (user + system) * 10, endedMs: (endedUser + endedSystem) * 10 };
}

/** Resident memory of a process, in MiB (Linux). */
export function residentMib(pid: number): number {
  return readStatusMib(pid, 'VmRSS');
}

/** The most that it ever had. */
export function peakMib(pid: number): number {
  return readStatusMib(pid, 'VmHWM');
}

function readStatusMib(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}
