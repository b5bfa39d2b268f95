import type { Computer } from '@dispatch/contracts';
import { runCommand } from '../command/run-command.ts';

/** What a computer has to search trees with. */
export interface TreePrograms {
  /** A ripgrep whose flags are those that are used here. */
  readonly hasRipgrep: boolean;
  /** Of the programs that POSIX asks for, those that it does not have. */
  readonly missing: readonly string[];
}

/** The first with `--no-require-git` and `--no-context-separator`. */
const oldestRipgrep = 12;

const needed = ['find', 'xargs', 'grep', 'head', 'tr', 'cut'];

const script = `rg --version 2>/dev/null
printf '\\0'
for program do command -v "$program" >/dev/null 2>&1 || printf '%s\\0' "$program"; done`;

/** Asked once per computer, for as long as it is known; a computer that could not be asked is asked again. */
const found = new WeakMap<Computer, Promise<TreePrograms>>();

/** Rejects with `computer-unavailable`. */
export function findTreePrograms(computer: Computer): Promise<TreePrograms> {
  const known = found.get(computer);
  if (known !== undefined) return known;
  const asking = ask(computer);
  found.set(computer, asking);
  asking.catch(() => found.delete(computer));
  return asking;
}

async function ask(computer: Computer): Promise<TreePrograms> {
  let printed = '';
  const { exit } = await runCommand(computer, {
    command: ['sh', '-c', script, 'sh', ...needed],
    cwd: '/',
    // Others may wait for the same answer: whose call is aborted does not end it.
    signal: new AbortController().signal,
    onStdout(bytes) {
      printed += Buffer.from(bytes).toString('latin1');
      return printed.length < 10_000;
    },
  });
  if (exit === undefined || 'failure' in exit) return { hasRipgrep: false, missing: ['sh'] };
  const [version = '', ...missing] = printed.split('\0');
  const major = Number(/^ripgrep (\d+)\./.exec(version)?.[1] ?? 0);
  return { hasRipgrep: major >= oldestRipgrep, missing: missing.filter((name) => name !== '') };
}
