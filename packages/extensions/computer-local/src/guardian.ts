import { type ChildProcess, spawn } from 'node:child_process';
import { markVariable } from './processes.ts';

/**
 * Ends the commands of a host that died without a word. A small shell script reads from a pipe
 * whose other end the host alone holds: when it closes, whatever the reason, the host is gone, and
 * the script ends the process groups that it was told of and all processes that carry the host's
 * marks. It ignores the signals that end a host, and lives in a session of its own.
 */
const script = `
trap '' HUP INT TERM
groups=' '
while read -r verb group; do
  case $verb in
    watch) groups="$groups$group " ;;
    forget) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
    leave) exit 0 ;;
  esac
done
end() {
  for group in $groups; do kill -s "$1" -- "-$group"; done
  for file in $(grep -ls "${markVariable}=$mark" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -s "$1" "\${pid%/environ}"
  done
}
mark=$1
end TERM
sleep 1
end KILL
sleep 1
end KILL
`;

export interface Guardian {
  /** Starts watching a process group. */
  watch(group: number): void;
  forget(group: number): void;
  /** Everything is ended: nothing is left to guard. */
  leave(): void;
}

/** The script's process starts with the first group, and again should somebody have ended it. */
export function createGuardian(markPrefix: string): Guardian {
  const watched = new Set<number>();
  let current: ChildProcess | undefined;

  const start = (): ChildProcess => {
    const child = spawn('/bin/sh', ['-c', script, 'dispatch-guardian', markPrefix], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const drop = () => {
      if (current === child) current = undefined;
    };
    child.on('error', drop);
    child.on('exit', drop);
    child.stdin?.on('error', drop);
    // It must not keep the host alive.
    child.unref();
    if (child.stdin !== null && 'unref' in child.stdin) (child.stdin as { unref(): void }).unref();
    for (const group of watched) child.stdin?.write(`watch ${group}\n`);
    return child;
  };

  return {
    watch(group) {
      watched.add(group);
      if (current === undefined) current = start();
      else current.stdin?.write(`watch ${group}\n`);
    },
    forget(group) {
      if (watched.delete(group)) current?.stdin?.write(`forget ${group}\n`);
    },
    leave() {
      watched.clear();
      current?.stdin?.end('leave\n');
      current = undefined;
    },
  };
}
