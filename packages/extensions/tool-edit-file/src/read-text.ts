import { asFileError, type Computer, type FileStat } from '@dispatch/contracts';

const maxBytes = 8 * 1024 * 1024;

export type ReadText =
  | { readonly ok: true; readonly stat: FileStat; readonly raw: string }
  | { readonly ok: false; readonly message: string };

/** All of a file that can be edited: text of at most 8 MiB. `stat` is from before. Rejects as the computer does. */
export async function readText(computer: Computer, path: string, shown: string): Promise<ReadText> {
  let stat: FileStat;
  try {
    stat = await computer.stat(path);
  } catch (error) {
    const failure = asFileError(error, shown);
    if (failure.code !== 'path-not-found') throw failure;
    return refused(`${failure.message} To make a new file, use write_file.`);
  }
  if (stat.kind === 'folder')
    return refused(`${shown} is a folder, not a file: list_dir shows what it holds.`);
  if (stat.kind !== 'file') return refused(`${shown} is no file: there is nothing to edit.`);
  if (stat.size > maxBytes) {
    return refused(
      `${shown} has ${stat.size} bytes; at most ${maxBytes} can be edited. Use a command, such as sed, in the shell.`,
    );
  }
  const bytes = await computer.readFile(path);
  let raw: string;
  try {
    raw = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused(
      `${shown} is not valid UTF-8: an edit would damage it. Use a command in the shell.`,
    );
  }
  if (raw.includes('\0')) return refused(`${shown} is binary: it can not be edited as text.`);
  return { ok: true, stat, raw };
}

function refused(message: string): ReadText {
  return { ok: false, message };
}
