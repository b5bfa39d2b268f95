import type { NewCommand } from '@dispatch/contracts';
import { defineNewline, shellWord } from '../sessions/login-shell.ts';

/** The variable that every process of a command carries, unless it takes pains to drop it. */
export const markVariable = 'DISPATCH_CALL';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * What runs a command over there. The session's process leads the group; it outlives a polite end,
 * so that it can tell how the command ended. It prints lines that begin with `nonce`: on standard
 * output one where the command's own begins; on standard error `started <group>`, or `refused` with
 * what the folder has against it before, and at the exit `exited <status> <signal or ->`.
 *
 * A shell's `$?` does not tell a signal from an exit code above 128; what the shell says of one does,
 * which dash and busybox do and bash does not. It says it for all signals but INT and PIPE. Pure.
 */
export function commandScript(
  { command, cwd, environment = {}, input }: Omit<NewCommand, 'onOutput'>,
  nonce: string,
  mark: string,
): string {
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const exports = Object.entries(environment)
    .filter(([name]) => variableName.test(name))
    .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
    .join('');
  const quiet = input === undefined ? ' </dev/null' : '';
  return `${defineNewline}
_dispatch=${shellWord(cwd)}
if ! cd -- "$_dispatch" 2>/dev/null; then
  echo "${nonce} refused" >&2
  LC_ALL=C ls -d -- "$_dispatch/." >/dev/null
  exit 1
fi
trap : HUP INT QUIT TERM
set -- ${words.map(shellWord).join(' ')}
echo ${nonce}
echo "${nonce} started $$" >&2
${exports}export ${markVariable}=${mark}
exec 3>&1 4>&2
_dispatch=$(
  trap : HUP INT QUIT TERM
  exec 2>&1
  (exec "$@" >&3 2>&4 3>&- 4>&-${quiet})
  echo "$?"
)
status=\${_dispatch##*[!0-9]}
signal=-
case $_dispatch in
  130 | 141 | *[!0-9]*) said=1 ;;
  *) said=$BASH_VERSION ;;
esac
if [ -n "$said" ] && [ "\${status:-0}" -gt 128 ]; then
  signal=$(kill -l "$status" 2>/dev/null) || signal=-
fi
echo "${nonce} exited \${status:-143} $signal" >&2
`;
}
