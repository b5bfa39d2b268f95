import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClosedFile } from './surplus.ts';

/** `journal-00000012.ndjson`: sorts by name as by number. */
const namePattern = /^journal-(\d{8,})\.ndjson$/;

export function fileName(sequence: number): string {
  return `journal-${String(sequence).padStart(8, '0')}.ndjson`;
}

/** Beside a file: which conversations it holds. */
export function listName(sequence: number): string {
  return `journal-${String(sequence).padStart(8, '0')}.conversations`;
}

/** Beside a file while it is made anew. */
export function copyName(sequence: number): string {
  return `${fileName(sequence)}.new`;
}

/** The sequence number of a journal's file; undefined for any other. Pure. */
function sequenceOf(name: string): number | undefined {
  const digits = namePattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The sequence numbers of a folder's files, ascending. Empty where there is no folder. */
export async function listSequences(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .map(sequenceOf)
    .filter((sequence) => sequence !== undefined)
    .sort((a, b) => a - b);
}

/** A file that lines are appended to. */
export interface JournalFile {
  readonly sequence: number;
  /** Bytes that are in it. */
  readonly size: number;
  /** The time of its first record, in epoch milliseconds; undefined where it has none. */
  readonly beganAt: number | undefined;
  /** Appends whole lines. Rejects where the disk does not take them; what it took ends in a torn line. */
  append(lines: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for appending, for its owner alone. A line that a crash has torn is ended first. */
export async function openJournalFile(folder: string, sequence: number): Promise<JournalFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, fileName(sequence));
  const handle = await open(path, 'a+', 0o600);
  let { size } = await handle.stat();
  let isTorn = size > 0 && !(await endsLine());
  const beganAt = size > 0 ? await firstTime() : undefined;

  async function endsLine(): Promise<boolean> {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a;
  }

  /** Its time stands near the beginning of a record's line. */
  async function firstTime(): Promise<number | undefined> {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8192), 0, 8192, 0);
    const [, text = ''] = /"at":"([^"]+)"/.exec(buffer.toString('latin1', 0, bytesRead)) ?? [];
    const time = Date.parse(text);
    return Number.isNaN(time) ? undefined : time;
  }

  return {
    sequence,
    beganAt,
    get size() {
      return size;
    },
    async append(lines) {
      try {
        if (isTorn) await handle.writeFile('\n');
        isTorn = false;
        await handle.writeFile(lines);
        size += lines.length;
      } catch (error) {
        isTorn = true;
        size = (await handle.stat().catch(() => ({ size }))).size;
        throw error;
      }
    },
    close: () => handle.close(),
  };
}

/** A file as it is now; undefined where there is none. */
export async function statFile(folder: string, sequence: number): Promise<ClosedFile | undefined> {
  return stat(join(folder, fileName(sequence))).then(
    ({ size, mtimeMs }) => ({ sequence, bytes: size, writtenAt: mtimeMs }),
    () => undefined,
  );
}

/** The files of a folder before `sequence`, ascending; those that somebody removes meanwhile are left out. */
export async function listClosedFiles(folder: string, sequence: number): Promise<ClosedFile[]> {
  const sequences = (await listSequences(folder)).filter((one) => one < sequence);
  const files = await Promise.all(sequences.map((one) => statFile(folder, one)));
  return files.filter((file) => file !== undefined);
}

/** With its list of conversations. */
export async function removeFile(folder: string, sequence: number): Promise<void> {
  await unlink(join(folder, fileName(sequence))).catch(() => {});
  await unlink(join(folder, listName(sequence))).catch(() => {});
}

/** Removes what a crash has left: copies that were not finished, and lists of files that are gone. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const there = new Set(names);
  for (const name of names) {
    const [, digits, kind] = /^journal-(\d{8,})\.(conversations|ndjson\.new)$/.exec(name) ?? [];
    const isList = kind === 'conversations' && there.has(fileName(Number(digits)));
    if (kind !== undefined && !isList) await unlink(join(folder, name)).catch(() => {});
  }
}
