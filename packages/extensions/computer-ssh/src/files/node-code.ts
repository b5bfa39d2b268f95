/** What C libraries and shells say, in the C locale, and Node's code for it. The first that is found counts. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/^!(E[A-Z]+)$/m, '$1'],
  [/No such file|Directory nonexistent|nonexistent directory/i, 'ENOENT'],
  [/Not a directory/i, 'ENOTDIR'],
  [/Is a directory/i, 'EISDIR'],
  [/Permission denied/i, 'EACCES'],
  [/Operation not permitted/i, 'EPERM'],
  [/Read-only file ?system/i, 'EROFS'],
  [/No space left/i, 'ENOSPC'],
  [/quota exceeded/i, 'EDQUOT'],
  [/File too large/i, 'EFBIG'],
  [/Too many (levels of )?symbolic links|Symbolic link loop/i, 'ELOOP'],
  [/(File ?name|Filename) too long/i, 'ENAMETOOLONG'],
  [/File exists/i, 'EEXIST'],
  [/Too many open files/i, 'EMFILE'],
  [/(Text file|resource|device).*busy/i, 'EBUSY'],
  [/Stale/i, 'ESTALE'],
  [/Invalid argument/i, 'EINVAL'],
];

/** Node's code for what a program said went wrong; `EIO` where it is none that is known. Pure. */
export function nodeCodeOf(said: string): string {
  for (const [pattern, code] of wordings) {
    const match = pattern.exec(said);
    if (match !== null) return match[1] !== undefined && code === '$1' ? match[1] : code;
  }
  return 'EIO';
}

/** A file operation's failure, in the form of Node's own. */
export function fileError(code: string, said: string, path: string): NodeJS.ErrnoException {
  const words = said.trim().split('\n').at(-1)?.replace(/^!.*/, '').slice(0, 300);
  const message = words ? `${code}: ${words}, '${path}'` : `${code}: '${path}'`;
  return Object.assign(new Error(message), { code, path });
}
