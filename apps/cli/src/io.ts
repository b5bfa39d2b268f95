import type { Readable, Writable } from 'node:stream';
import type { Surroundings } from '@dispatch/client';

/** A stream that may be a terminal. */
export type Terminal<Stream> = Stream & { readonly isTTY?: boolean; readonly columns?: number };

/** All that a command knows of the process it runs in. */
export interface Io {
  /** Without the program. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly stdin: Terminal<Readable>;
  readonly stdout: Terminal<Writable>;
  readonly stderr: Terminal<Writable>;
  /** Ctrl-C, outside of a prompt. Returns what takes the listener away. */
  onInterrupt(listener: () => void): () => void;
  readonly pid: number;
  isAlive(pid: number): boolean;
  /** Epoch milliseconds. */
  wallNow(): number;
  /** Resolves after `ms`, or at once when `signal` fires. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** For the client, where not those of the process. */
  readonly surroundings?: Partial<Surroundings>;
}
