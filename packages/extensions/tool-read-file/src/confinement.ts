import { isAbsolute, normalize, resolve, sep } from 'node:path';

/** Where a path that the model named leads, judged by its words alone; links are judged later. */
export type Destination =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: string };

/** How a person lets the model out of the working folder (HOST.md, "Tools and the disk"). */
const howToGetGrant =
  'Ask the user for access: a rule or a grant of theirs can allow that folder, or they can hold the conversation in a `cwd` that contains it.';

/** Resolves `path` against `folder`, an absolute path; refuses what leads out of it. Pure. */
export function resolveInside(folder: string, path: string): Destination {
  const target = resolve(folder, path);
  return isInside(normalize(folder), target)
    ? { ok: true, path: target }
    : { ok: false, message: refusal(path, folder) };
}

/** Whether `target` is `folder` or lies below it; both absolute, normalised and free of links. Pure. */
export function isInside(folder: string, target: string): boolean {
  if (!isAbsolute(target)) return false;
  const root = folder.endsWith(sep) ? folder : folder + sep;
  return target === folder || `${target}${sep}` === root || target.startsWith(root);
}

function refusal(path: string, folder: string): string {
  return `${path} leads out of the working folder ${folder}. ${howToGetGrant}`;
}

/** What the model is told of a path that leaves by a symbolic link. */
export function linkRefusal(path: string, folder: string): string {
  return `${path} leads out of the working folder ${folder} through a symbolic link. ${howToGetGrant}`;
}
