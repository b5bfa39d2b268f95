import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { forLoginShell } from './login-shell.ts';

/** What reaches a kept connection. */
export interface ControlSocket {
  readonly path: string;
  /** What the user's configuration says of each session, as arguments of `ssh`. */
  readonly sessionArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Whether `ssh` says that it got no session on the connection, which is gone or holds as many as the
 * computer allows. What it says before anything ran over there. Pure.
 */
export function saysNoSession(text: string): boolean {
  return /session request failed|exchange_identification|closed by UNKNOWN/.test(text);
}

/**
 * Runs a text of the POSIX shell in a session of its own on a kept connection. The program that
 * carries it reads no configuration, and where the connection is gone it makes none of its own.
 */
export function openSession(socket: ControlSocket, text: string): ChildProcessWithoutNullStreams {
  const { path, sessionArguments, environment } = socket;
  const options = ['ControlMaster=no', 'BatchMode=yes', 'LogLevel=ERROR'];
  const args = [
    ...['-F', 'none', '-S', path, '-T'],
    ...options.flatMap((option) => ['-o', option]),
    ...['-o', 'ProxyCommand=exit 1'],
    ...sessionArguments,
    ...['--', 'kept-connection', forLoginShell(text)],
  ];
  const child = spawn('ssh', args, { env: environment, stdio: 'pipe', detached: true, cwd: '/' });
  // What a session has against being written to is told by its end.
  child.stdin.on('error', () => {});
  child.stdout.on('error', () => {});
  child.stderr.on('error', () => {});
  return child;
}
