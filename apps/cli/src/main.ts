#!/usr/bin/env node
import type { Io } from './io.ts';
import { run } from './run.ts';

/** One Ctrl-C may come twice: from the terminal, and passed on by whoever started this process. */
const sameInterruptMs = 100;

const io: Io = {
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt(listener) {
    let last = Number.NEGATIVE_INFINITY;
    const handle = () => {
      const now = performance.now();
      if (now - last > sameInterruptMs) listener();
      last = now;
    };
    process.on('SIGINT', handle);
    return () => process.off('SIGINT', handle);
  },
  pid: process.pid,
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  },
  wallNow: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal.addEventListener('abort', finish, { once: true });
    }),
};

// Whoever reads the output has had enough, as `head` does: that is no failure.
process.stdout.on('error', (error) => {
  process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1);
});

const exitCode = await run(io);
// What was written is out before the end; nothing that is still open holds it up.
process.stdout.write('', () => process.exit(exitCode));
