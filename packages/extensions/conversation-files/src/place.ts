import { posix } from 'node:path';

/** Whether `target` is `folder` or lies in it; both absolute, normal and free of links. Pure. */
export function isInside(folder: string, target: string): boolean {
  if (!posix.isAbsolute(target)) return false;
  return target === folder || target.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** How a path is shown to the model: relative where it lies inside, `.` for the folder itself. Pure. */
export function showPath(folder: string, path: string): string {
  if (!isInside(folder, path)) return path;
  return posix.relative(folder, path) || '.';
}
