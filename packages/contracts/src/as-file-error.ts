import { CodedError, isCodedError } from './coded-error.ts';

/**
 * What a file operation of a computer failed with, as a coded error whose message is fit for the
 * model: `path-not-found`, or `file-refused` for all else that the computer says no to. A coded
 * error comes back as it is; what no computer says is thrown on. Pure.
 *
 * @param path As it is shown to the model.
 */
export function asFileError(error: unknown, path: string): CodedError {
  if (isCodedError(error)) return error;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    throw error;
  const { code } = error;
  const message = sentences[code]?.(path) ?? `${path} was refused: ${error.message}.`;
  const known = code === 'ENOENT' || code === 'ENOTDIR' ? 'path-not-found' : 'file-refused';
  return new CodedError(known, { message, cause: error });
}

const denied = (path: string) =>
  `The user of that computer may not do this with ${path}: permission denied.`;

const sentences: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no ${path}.`,
  ENOTDIR: (path) => `There is no ${path}: a part of the path is a file, not a folder.`,
  EACCES: denied,
  EPERM: denied,
  EROFS: (path) => `${path} lies on a file system that can only be read.`,
  EISDIR: (path) => `${path} is a folder, not a file: list_dir shows what it holds.`,
  EEXIST: (path) => `${path} can not be made: a file stands where a folder is needed.`,
  ELOOP: (path) => `${path} is a symbolic link that leads in a circle.`,
  ENAMETOOLONG: (path) => `The path is too long for a file's name: ${path.slice(0, 100)}…`,
  ENXIO: (path) => `${path} is a device or a socket, not a file.`,
  ENOSPC: (path) => `The disk is full: ${path} is as it was before. Free some space first.`,
  EDQUOT: (path) => `The disk quota is used up: ${path} is as it was before.`,
  EFBIG: (path) => `${path} would be too large: at most 64 MiB can be written. It is as it was.`,
};
