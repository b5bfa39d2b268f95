/**
 * Says what stands in folders, and what their ignore files hold. The same words every time: folders
 * come as arguments, after `$1`: `all`, `files` without ignore files, or `rules` alone. Prints records that end
 * with U+0000: a letter, and the path that it is about. Only what every POSIX system has is used,
 * and `-mindepth`, `-maxdepth` and `head -c`, which GNU, BSD and busybox have.
 */
export const walkScript = String.raw`
what=$1; shift
rule() {
  [ -f "$2/$3" ] || return 0
  printf "$1%s\0" "$2"
  [ ! -r "$2/$3" ] || head -c 262144 "$2/$3" | LC_ALL=C tr -d '\000'
  printf '\0'
}
for folder do
  if [ ! -r "$folder" ] || [ ! -x "$folder" ]; then printf 'u%s\0' "$folder"; continue; fi
  [ "$what" != files ] || continue
  rule 0 "$folder" .rgignore
  rule 1 "$folder" .ignore
  rule 2 "$folder" .gitignore
  [ -e "$folder/.git" ] || continue
  printf 'r%s\0' "$folder"
  rule 3 "$folder" .git/info/exclude
done
printf 'e\0'
[ "$what" != rules ] || exit 0
find "$@" -mindepth 1 -maxdepth 1 ! -name .git \( -type d -exec printf 'd%s\0' {} + -o -type f -exec printf 'f%s\0' {} + \) 2>/dev/null
exit 0
`;
