import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, '../../..');
const childDeadlineMs = 120_000;

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
  process.once('exit', () => child.kill('SIGKILL'));
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
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory of a process, in MiB (Linux). */
export function residentMib(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}
