import {
  asFileError,
  type Collisions,
  type Computer,
  type FileStat,
  type FileTouch,
} from '@dispatch/contracts';
import { type FileKey, type FileMemory, isAsNoted } from './file-memory.ts';
import { diffLines, linesOf } from './line-diff.ts';
import { fileChanged, fileGone, fileNotRead, fileRefused } from './refusals.ts';
import { isMissing } from './resolve-links.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What the contract of computers takes. */
const maxFileBytes = 64 * 1024 * 1024;
/** Of both texts: larger ones are not compared line by line. */
const maxComparedLength = 4 * 1024 * 1024;
/** More places than that are told as fewer, wider ones. */
const maxRanges = 50;

export interface Replacement {
  readonly computer: Computer;
  readonly memory: FileMemory;
  readonly collisions: Collisions | undefined;
  readonly key: FileKey;
  /** The path as the model knows it. */
  readonly shown: string;
  readonly text: string;
  readonly basedOn: string | undefined;
}

interface Present {
  readonly stat: FileStat;
  /** Absent where it is too large to be looked at. */
  readonly bytes?: Buffer;
  readonly text?: string;
}

/**
 * Writes a file unless the conversation does not know what it would overwrite. Between the last look
 * and the write another program may still write: no computer offers more than that.
 */
export async function replaceFile(replacement: Replacement): Promise<void> {
  const { computer, memory, collisions, key, shown, text, basedOn } = replacement;
  const bytes = Buffer.from(text);
  if (bytes.length > maxFileBytes) {
    throw fileRefused(
      `${shown} would have ${bytes.length} bytes; at most 64 MiB can be written. Write it in parts.`,
    );
  }
  const present = await readPresent(computer, key.path, shown);
  if (present?.bytes?.equals(bytes) === true) {
    memory.remember(key, present.stat, text);
    return;
  }
  refuseUnknown(replacement, present);
  if (basedOn !== undefined && present?.text !== basedOn) {
    throw fileChanged(shown, compare(basedOn, present?.text));
  }
  try {
    await computer.writeFile(key.path, bytes);
    memory.remember(key, await computer.stat(key.path), text);
  } catch (error) {
    throw asFileError(error, shown);
  }
  const before = present === undefined ? '' : present.text;
  await collisions?.touched(touchOf(key, before, text));
}

/** Refuses where the conversation read something else, or nothing. */
function refuseUnknown({ memory, key, shown, basedOn }: Replacement, present: Present | undefined) {
  const note = memory.noteOf(key);
  if (present === undefined) {
    if (note === undefined) return;
    // Nothing is there to be read again: from here on it is a new file.
    memory.forget(key);
    throw fileGone(shown);
  }
  if (note === undefined) {
    if (basedOn === undefined) throw fileNotRead(shown);
  } else if (!isAsNoted(note, present)) {
    throw fileChanged(shown, compare(memory.textOf(key), present.text));
  }
}

/** Undefined where one of the texts is not known, or they are too large. */
export function compare(before: string | undefined, now: string | undefined): string | undefined {
  if (before === undefined || now === undefined) return undefined;
  return before.length + now.length > maxComparedLength ? undefined : unifiedDiff(before, now);
}

async function readPresent(
  computer: Computer,
  path: string,
  shown: string,
): Promise<Present | undefined> {
  try {
    const stat = await computer.stat(path);
    if (stat.kind === 'folder') throw fileRefused(`${shown} is a folder: give the path of a file.`);
    if (stat.kind !== 'file')
      throw fileRefused(`${shown} is no file (a device, a pipe or a socket).`);
    if (stat.size > maxFileBytes) return { stat };
    const bytes = Buffer.from(await computer.readFile(path));
    return { stat, bytes, text: bytes.toString('utf8') };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asFileError(error, shown);
  }
}

/** Pure. */
function touchOf(key: FileKey, before: string | undefined, text: string): FileTouch {
  const { conversationId, computerId, path } = key;
  const touch = { conversationId, path, ...(computerId === undefined ? {} : { computerId }) };
  if (before === undefined || before.length + text.length > maxComparedLength) return touch;
  const hunks = diffLines(linesOf(before), linesOf(text));
  let moved = 0;
  const lines: [first: number, last: number][] = [];
  for (const { line, removed, added } of hunks) {
    const first = Math.max(1, line + moved);
    // What was removed has no lines: the place is that of the line behind it.
    lines.push([first, first + Math.max(added, 1) - 1]);
    moved += added - removed;
  }
  return { ...touch, lines: widen(lines), hunks };
}

/** Joins neighbours until there are at most `maxRanges`. */
function widen(ranges: readonly [first: number, last: number][]): [number, number][] {
  const perRange = Math.ceil(ranges.length / maxRanges);
  const wide: [number, number][] = [];
  for (let at = 0; at < ranges.length; at += perRange) {
    const joined = ranges.slice(at, at + perRange);
    wide.push([joined[0]?.[0] ?? 1, joined.at(-1)?.[1] ?? 1]);
  }
  return wide;
}
