import { CodedError, wayOut } from '@dispatch/contracts';

/** Where it leads is not told: what lies outside is none of the conversation's business yet. */
export function pathOutside(
  named: string,
  root: string,
  { isByLink, access }: { readonly isByLink: boolean; readonly access: 'read' | 'write' },
): CodedError {
  const way = isByLink ? ' through a symbolic link' : '';
  const hint = wayOut(access);
  return new CodedError('path-outside', {
    message: `${named} leads out of the working folder ${root}${way}. ${hint}`,
    hint,
  });
}

export function folderNotFound(cwd: string, computerId: string | undefined): CodedError {
  const where = computerId === undefined ? '' : ` on the computer ${computerId}`;
  return new CodedError('path-not-found', {
    message: `The conversation's working folder ${cwd} is not a folder${where}.`,
    hint: 'Give the conversation or its workspace another `cwd`.',
  });
}

export function pathNotFound(shown: string): CodedError {
  return new CodedError('path-not-found', {
    message: `There is no ${shown}. list_dir shows what a folder holds.`,
  });
}

/** `diff`: what changed, where that is known. */
export function fileChanged(shown: string, diff: string | undefined): CodedError {
  const what =
    diff === undefined ? ' What changed is not known any more.' : ` What changed:\n${diff}\n`;
  return new CodedError('file-changed', {
    message: `${shown} changed after this conversation last read it, by someone else or by a command; nothing was written.${what} Read it again with read_file, then make your change on that.`,
  });
}

export function fileGone(shown: string): CodedError {
  return new CodedError('file-changed', {
    message: `${shown} was removed after this conversation last read it, by someone else or by a command; nothing was written. If it should be there again, write it once more.`,
  });
}

export function fileNotRead(shown: string): CodedError {
  return new CodedError('file-not-read', {
    message: `${shown} exists, and this conversation has not read it (or so long ago that it was forgotten); nothing was written. Read it first with read_file, so that nothing in it is lost unseen, then write.`,
  });
}

export function fileRefused(message: string): CodedError {
  return new CodedError('file-refused', { message });
}
