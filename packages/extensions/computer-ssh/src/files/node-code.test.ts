import { expect, it } from 'vitest';
import { nodeCodeOf } from './node-code.ts';

/** What GNU, musl with busybox, BSD and macOS, dash and bash say. */
const wordings: readonly (readonly [string, string])[] = [
  ["ls: cannot access '/x': No such file or directory", 'ENOENT'],
  ['sh: 1: cannot create /no/x: Directory nonexistent', 'ENOENT'],
  ['sh: can not create /no/x: nonexistent directory', 'ENOENT'],
  ["cat: can't open '/x': Permission denied", 'EACCES'],
  ['mv: /x: Operation not permitted', 'EPERM'],
  ['head: error writing: No space left on device', 'ENOSPC'],
  ['sh: write error: Disk quota exceeded', 'EDQUOT'],
  ['sh: line 3: /mnt/x: Read-only file system', 'EROFS'],
  ['touch: /mnt/x: Read-only filesystem', 'EROFS'],
  ["ls: cannot access '/r': Too many levels of symbolic links", 'ELOOP'],
  ['ls: /r: Symbolic link loop', 'ELOOP'],
  ['ls: /nnn: File name too long', 'ENAMETOOLONG'],
  ['ls: /nnn: Filename too long', 'ENAMETOOLONG'],
  ["mkdir: cannot create directory '/f': File exists", 'EEXIST'],
  ["ls: cannot access '/f/x': Not a directory", 'ENOTDIR'],
  ['cat: read error: Is a directory', 'EISDIR'],
  ['!EINVAL', 'EINVAL'],
  ['something else', 'EIO'],
];

it.each(wordings)('%s', (said, code) => {
  expect(nodeCodeOf(said)).toBe(code);
});
