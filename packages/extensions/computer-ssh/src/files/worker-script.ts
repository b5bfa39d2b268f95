import { markVariable } from '../commands/command-script.ts';
import { defineNewline } from '../sessions/login-shell.ts';

/**
 * Does file operations one after another: reads lines `op <nonce> <name> <argument>…` of shell text
 * from its standard input, after a `write` so many bytes as that says, and prints what was found,
 * then on both outputs a line of the nonce and a status. What a system's call says goes to standard
 * error as it says it, in the C locale; `!<code>` stands for a code of Node's. After a write that
 * failed nobody knows what of the input is left: it ends then.
 *
 * Paths are absolute, so that no program takes one for an option; busybox takes `--` for a path in
 * places, and numbers of 31 bits. Pure.
 */
export function workerScript(statForm: 'gnu' | 'bsd', mark: string): string {
  const [facts, owner] =
    statForm === 'gnu'
      ? [`-L -c '%f %s %i-%y-%z'`, `-c '%a %u:%g'`]
      : [`-L -f '%Xp %z %i-%Fm-%Fc'`, `-f '%Mp%Lp %u:%g'`];
  return `
export LC_ALL=C ${markVariable}=${mark}
${defineNewline}
no() { echo "!$1" >&2; return 1; }
why() { ls -dL -- "$1" >/dev/null && no ENOENT; }
f_real() {
  [ -e "$1" ] || { why "$1"; return 1; }
  realpath "$1" 2>/dev/null || readlink -f "$1"
}
f_link() {
  if [ -L "$1" ]; then readlink -- "$1"
  elif [ -e "$1" ]; then no EINVAL
  else ls -d -- "$1" >/dev/null; return 1
  fi
}
f_stat() { [ -e "$1" ] && stat ${facts} -- "$1" || { why "$1"; return 1; }; }
f_read() {
  if [ -f "$1" ]; then
    if [ $# = 1 ] || [ ! -r "$1" ]; then cat -- "$1"
    elif [ "$3" = 0 ]; then :
    elif [ "$2" -lt 2000000000 ]; then tail -c "+$2" -- "$1" | head -c "$3"
    else
      dd if="$1" bs=1048576 skip=$((($2 - 1) / 1048576)) 2>/dev/null |
        tail -c "+$((($2 - 1) % 1048576 + 1))" | head -c "$3"
    fi
  elif [ -d "$1" ]; then no EISDIR
  elif [ -e "$1" ]; then no EINVAL
  else why "$1"; return 1
  fi
}
f_list() {
  if [ -d "$1" ] && [ -r "$1" ] && cd -- "$1" 2>/dev/null; then
    find . ! -name . -prune \\( \\
      -type f -print0 \\
      -o -type d -print0 -print0 \\
      -o -type l -print0 -print0 -print0 \\
      -o -print0 -print0 -print0 -print0 \\) | head -c "$2"
    cd /
  elif [ -e "$1" ]; then ls -d -- "$1/." >/dev/null && no EACCES; return 1
  else why "$1"; return 1
  fi
}
f_write() {
  _to=$1
  _links=0
  while [ -L "$_to" ]; do
    _links=$((_links + 1))
    [ $_links -le 40 ] || { no ELOOP; return 1; }
    _next=$(readlink -- "$_to" && echo .) || return 1
    _next=\${_next%"$_nl".}
    case $_next in
      /*) _to=$_next ;;
      *) _to=\${_to%/*}/$_next ;;
    esac
  done
  _draft=\${_to%/*}/.dispatch-$3
  if [ -d "$_to" ]; then no EISDIR; return 1; fi
  if [ -f "$_to" ]; then
    ( : >>"$_to" ) || return 1
    _old=$(stat ${owner} -- "$_to") || return 1
    ( umask 077; : >"$_draft" ) || return 1
  elif [ -e "$_to" ]; then no EINVAL; return 1
  else
    _old=
    [ -d "\${_to%/*}/" ] || mkdir -p -- "\${_to%/*}/" || return 1
    ( : >"$_draft" ) || return 1
  fi
  if head -c "$2" >"$_draft" && [ $(wc -c <"$_draft") -eq "$2" ] && keep "$_old" && mv -f -- "$_draft" "$_to"; then
    return 0
  fi
  rm -f -- "$_draft"
  return 1
}
keep() {
  [ -n "$1" ] || return 0
  chown "\${1#* }" "$_draft" 2>/dev/null
  chmod "\${1%% *}" "$_draft"
}
op() {
  _nonce=$1
  _name=$2
  shift 2
  if [ "$_name" = write ]; then f_write "$@"; else "f_$_name" "$@" </dev/null; fi
  _status=$?
  echo "$_nonce $_status" >&2
  echo "$_nonce $_status"
  [ "$_name$_status" = write0 ] || [ "$_name" != write ] || exit 1
}
cd /
while IFS= read -r _line; do eval "$_line"; done
`;
}
