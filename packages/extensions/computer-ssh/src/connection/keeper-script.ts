import { markVariable } from '../commands/command-script.ts';

/**
 * Holds a connection's life line over there: reads lines from its standard input, and when that
 * closes, for whatever reason, it ends all groups that it was told of and, on Linux, all processes
 * that carry a mark of this connection. Answers lines that begin with `nonce`.
 *
 * `watch <group>` and `over <group>`, whose leader has exited, so that it is forgotten when nobody is
 * left in it, for its number may then be another's; `end <id> <group> <mark>` is answered by
 * `ended <id>` when nobody is left, `left <id> <group or all> <mark>` by `left <id> yes` or `no`;
 * `sweep <mark>` is not answered. First it says `ready <gnu or bsd> <shell> <home>`, at last `gone`. Zombies do
 * not count. Pure.
 */
export function keeperScript(nonce: string, mark: string): string {
  return `
trap '' HUP INT QUIT TERM PIPE
alive() {
  for group in $1; do
    if ! kill -0 -- "-$group" 2>/dev/null; then continue; fi
    if [ -r /proc/self/stat ]; then
      found=$(grep -ls -- ") [^ZX] [0-9]* $group " /proc/[0-9]*/stat)
    else
      found=/proc/-$group/
    fi
    for file in $found; do file=\${file#/proc/}; echo "\${file%%/*}"; done
  done
  if [ -r /proc/self/environ ]; then
    for file in $(grep -ls -- "${markVariable}=$2" /proc/[0-9]*/environ); do
      file=\${file#/proc/}
      echo "\${file%%/*}"
    done
  fi
}
finish() {
  for group in $1; do kill -s TERM -- "-$group"; done
  round=0
  while pids=$(alive "$1" "$2") && [ -n "$pids" ] && [ $round -lt 60 ]; do
    round=$((round + 1))
    if [ $round = 1 ]; then signal=TERM; else signal=KILL; fi
    if [ $round = 1 ] || [ $round -gt 4 ]; then
      for pid in $pids; do kill -s $signal -- "$pid"; done
    fi
    sleep 0.05 || sleep 1
  done 2>/dev/null
}
exec 2>/dev/null
groups=' '
over=
if stat -c %i / >/dev/null; then form=gnu; else form=bsd; fi
if [ -x /bin/bash ]; then shell=/bin/bash; else shell=/bin/sh; fi
printf '\\n${nonce} ready %s %s %s\\n' "$form" "$shell" "$HOME"
while read -r verb id group mark; do
  case $verb in
    watch) groups="$groups$id " ;;
    over)
      over="$over $id"
      still=
      for one in $over; do
        if kill -0 -- "-$one"; then still="$still $one"
        else case $groups in *" $one "*) groups="\${groups%% $one *} \${groups#* $one }" ;; esac
        fi
      done
      over=$still
      ;;
    end) { finish "$group" "$mark"; echo "${nonce} ended $id"; } & ;;
    left)
      answer=no
      if [ "$group" = all ]; then group=$groups; fi
      for pid in $(alive "$group" "$mark"); do [ "$pid" = "$group" ] || answer=yes; done
      echo "${nonce} left $id $answer"
      ;;
    sweep) finish '' "$id" & ;;
  esac
done
finish "$groups" '${mark}'
echo '${nonce} gone'
`;
}
