import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './environment.ts';
import type { Place } from './place.ts';

/**
 * Runs the server and waits for it. Beside it someone reads a pipe whose other end only the host
 * holds: it ends when the host does, however that happens, and then the server is told to stop,
 * ever more firmly. `$0` is removed afterwards unless empty.
 */
const launcher = `
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
(cat <&3 >/dev/null; kill -INT $server; sleep 1; kill -QUIT $server; sleep 3; kill -KILL $server) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $server
code=$?
kill $watcher 2>/dev/null
[ -z "$0" ] || rm -rf "$0"
exit $code
`;

/** A server on its way up. */
export interface Launched {
  /** Resolves when it takes connections. Rejects with what it said last where it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with the launcher, when the server has ended. */
  readonly exited: Promise<void>;
  /** The server's last lines. */
  readonly lastLines: () => string;
  /** Lets go: the launcher stops the server. */
  readonly abandon: () => void;
}

const keptLines = 20;

/** Starts the server in a session of its own: a terminal's Ctrl-C is the host's to handle. */
export function launch(
  place: Place,
  serverArguments: readonly string[],
  options: { readonly removeAfter?: string; readonly onLine?: (line: string) => void },
): Launched {
  const server = join(place.binaries, 'bin', 'postgres');
  const child = spawn(
    '/bin/sh',
    ['-c', launcher, options.removeAfter ?? '', server, ...serverArguments],
    {
      ...place.identity,
      cwd: place.home,
      env: environment,
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  if (child.pid !== undefined) {
    writeFileSync(join(place.home, 'launcher.pid'), `${child.pid}\n`, { mode: 0o600 });
  }
  child.stdin.on('error', () => {});

  const lines: string[] = [];
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const ready = new Promise<void>((resolve, reject) => {
    const end = (cause?: unknown): void => reject(new Error(lines.join('\n'), { cause }));
    child.once('error', end);
    // Not at `exit`: what it said last may still be on its way.
    child.once('close', () => end());
    onLines(child, (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      options.onLine?.(line);
      if (line.includes('ready to accept connections')) resolve();
    });
  });
  return {
    ready,
    exited,
    lastLines: () => lines.join('\n'),
    abandon: () => child.stdin.end(),
  };
}

function onLines(child: ChildProcess, listener: (line: string) => void): void {
  let rest = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = (parts.pop() ?? '').slice(-8192);
    for (const line of parts) listener(line);
  });
}
