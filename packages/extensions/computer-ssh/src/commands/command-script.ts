import type { NewCommand } from '@dispatch/contracts';
import { defineNewline, shellWord } from '../sessions/login-shell.ts';

/** The variable that every process of a command carries, unless it takes pains to drop it. */
export const markVariable = 'DISPATCH_CALL';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * What becomes a command over there. It prints lines that begin with `nonce`, each before anything of
 * the command's own: on standard output an empty one; on standard error `started <group>`, or `refused`
 * and what is wrong with the folder. The session's process, which leads the group, is the command
 * itself: how it ends is told by the session. Pure.
 */
export function commandScript(
  { command, cwd, environment = {}, input }: Omit<NewCommand, 'onOutput'>,
  { nonce, mark, shell }: { readonly nonce: string; readonly mark: string; readonly shell: string },
): string {
  const words = typeof command === 'string' ? [shell, '-c', command] : command;
  const exports = Object.entries(environment)
    .filter(([name]) => variableName.test(name))
    .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
    .join('');
  return `${defineNewline}
_cwd=${shellWord(cwd)}
if ! cd -- "$_cwd" 2>/dev/null; then
  echo "${nonce} refused" >&2
  LC_ALL=C ls -d -- "$_cwd/." >/dev/null
  exit 1
fi
set -- ${words.map(shellWord).join(' ')}
echo ${nonce}
echo "${nonce} started $$" >&2
${exports}export ${markVariable}=${mark}
exec "$@"${input === undefined ? ' </dev/null' : ''}
`;
}
