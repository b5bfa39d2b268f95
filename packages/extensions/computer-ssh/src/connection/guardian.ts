/**
 * Runs `ssh` for as long as the host lives: standard input and output are that program's own, and
 * when the pipe at 3 closes, whatever the reason, the host is gone and so is `ssh`, within three
 * seconds. The folder of its socket goes with it.
 */
export const guardianScript = `
folder=$1
shift
exec 4<&0
"$@" <&4 3<&- 4<&- &
ssh=$!
{
  read -r _ <&3
  kill "$ssh"
  sleep 2
  kill -KILL "$ssh"
} 4<&- >/dev/null 2>&1 &
watch=$!
exec 0<&- 3<&- 4<&- >&- 2>&-
trap '' HUP INT TERM
wait "$ssh"
kill "$watch"
rm -f "$folder/s"
rmdir "$folder"
`;
