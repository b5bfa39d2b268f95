import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export interface CrashOptions {
  readonly kills: number;
  /** 1 to 3. */
  readonly hosts: number;
  /** Each holds one conversation at a time. */
  readonly users: number;
  readonly leaseMs: number;
  readonly seed: string;
  /** The host's program. */
  readonly program: string;
  /** Crash at every statement of a turn instead, once. */
  readonly isAtBoundaries: boolean;
  readonly isJson: boolean;
  /** Leave the figures in `notes/measurements`. */
  readonly isWritten: boolean;
  /** Keep the hosts' folders and all that clients heard, and say where. */
  readonly isFolderKept: boolean;
  readonly isVerbose: boolean;
  readonly isHelp: boolean;
}

export const help = `Kills real hosts on a real PostgreSQL while clients talk to them, and checks that nothing is lost.

usage: npm run crash -- [options]

  --kills N       SIGKILLs, each followed by a start (default 20); a fifth as many freezes come on top
  --hosts N       1 to 3 hosts on one database (default 3)
  --users N       conversations at a time (default 6)
  --lease-ms N    DISPATCH_LEASE_MS of the hosts (default 1000)
  --seed TEXT     repeats the choices of an earlier run
  --boundaries    one host; crashes it before, within and after each statement of a turn
  --json          the report as JSON on standard output
  --write         the figures go to notes/measurements/crash.md and crash.json
  --host FILE     another program of the host (default apps/host-bin/dist/main.js)
  --keep          leaves the hosts' logs and all that clients heard, and says where
  --verbose       tells each kill
  --help

Leaves with 0 where nothing is wrong, with 1 where something is, with 2 where it was used wrongly.`;

/** Throws a sentence that names what is wrong. */
export function parseOptions(args: readonly string[]): CrashOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '20' },
      hosts: { type: 'string', default: '3' },
      users: { type: 'string', default: '6' },
      'lease-ms': { type: 'string', default: '1000' },
      seed: { type: 'string' },
      host: { type: 'string' },
      boundaries: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    kills: wholeNumber('kills', values.kills, 1, 100_000),
    hosts: wholeNumber('hosts', values.hosts, 1, 3),
    users: wholeNumber('users', values.users, 1, 100),
    leaseMs: wholeNumber('lease-ms', values['lease-ms'], 300, 60_000),
    seed: values.seed ?? randomBytes(4).toString('hex'),
    program: resolve(values.host ?? join(root, 'apps/host-bin/dist/main.js')),
    isAtBoundaries: values.boundaries,
    isJson: values.json,
    isWritten: values.write,
    isFolderKept: values.keep,
    isVerbose: values.verbose,
    isHelp: values.help,
  };
}

function wholeNumber(name: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new Error(`--${name} ${text}: expected a whole number of ${from} to ${to}`);
}
