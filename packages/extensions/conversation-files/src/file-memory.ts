import { createHash } from 'node:crypto';
import type { FileStat } from '@dispatch/contracts';

/** A file as a conversation knows it. */
export interface FileKey {
  readonly conversationId: string;
  readonly computerId: string | undefined;
  /** Absolute, links resolved. */
  readonly path: string;
}

/** What a conversation last read of a file, or wrote to it. */
export interface FileNote {
  readonly version: string;
  /** Of all of the text. Absent where only a part of it was read. */
  readonly digest?: string;
}

/** As many files of all conversations together as are remembered. */
const maxNotes = 20_000;

/**
 * What conversations last read, in memory alone and bounded: 20,000 files, and texts of so many
 * bytes. What was used least recently is forgotten first; a text before that it was read.
 */
export class FileMemory {
  readonly #notes = new Map<string, FileNote>();
  readonly #texts = new Map<string, string>();
  readonly #maxTextBytes: number;
  #textBytes = 0;

  constructor(maxTextBytes: number) {
    this.#maxTextBytes = maxTextBytes;
  }

  remember(key: FileKey, stat: Pick<FileStat, 'version'>, text?: string): void {
    const id = idOf(key);
    const digest = text === undefined ? undefined : digestOf(text);
    this.#notes.delete(id);
    this.#notes.set(id, { version: stat.version, ...(digest === undefined ? {} : { digest }) });
    this.#dropText(id);
    if (text !== undefined) this.#keepText(id, text);
    for (const oldest of this.#notes.keys()) {
      if (this.#notes.size <= maxNotes) break;
      this.#notes.delete(oldest);
      this.#dropText(oldest);
    }
  }

  forget(key: FileKey): void {
    this.#notes.delete(idOf(key));
    this.#dropText(idOf(key));
  }

  noteOf(key: FileKey): FileNote | undefined {
    const id = idOf(key);
    const note = this.#notes.get(id);
    if (note === undefined) return undefined;
    this.#notes.delete(id);
    this.#notes.set(id, note);
    return note;
  }

  /** What the file held when it was read, while that is kept. */
  textOf(key: FileKey): string | undefined {
    return this.#texts.get(idOf(key));
  }

  #keepText(id: string, text: string): void {
    const bytes = bytesOf(text);
    if (bytes > this.#maxTextBytes) return;
    this.#texts.set(id, text);
    this.#textBytes += bytes;
    for (const oldest of this.#texts.keys()) {
      if (this.#textBytes <= this.#maxTextBytes) break;
      this.#dropText(oldest);
    }
  }

  #dropText(id: string): void {
    const text = this.#texts.get(id);
    if (text === undefined) return;
    this.#texts.delete(id);
    this.#textBytes -= bytesOf(text);
  }
}

/** Whether the file still is what the note says of it; `text` is what it holds now. Pure. */
export function isAsNoted(
  note: FileNote,
  now: { readonly stat: FileStat; readonly text?: string },
): boolean {
  if (note.digest === undefined || now.text === undefined) return note.version === now.stat.version;
  return note.digest === digestOf(now.text);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** At most what the engine keeps of it. */
function bytesOf(text: string): number {
  return text.length * 2;
}

function idOf({ conversationId, computerId, path }: FileKey): string {
  return JSON.stringify([conversationId, computerId ?? null, path]);
}
