import type { LineHunk } from '@dispatch/contracts';
import { type Area, joinAreas, moveArea, type Severity, severityOf } from './line-ranges.ts';

/** A change of a file by a conversation, on whatever host. */
export interface Touch {
  /** The file, of one computer. */
  readonly fileId: string;
  readonly conversationId: string;
  readonly area: Area;
  /** Absent: it is not known how lines moved. */
  readonly hunks?: readonly LineHunk[];
}

/** Another conversation that changed the file. */
export interface Neighbour {
  readonly conversationId: string;
  readonly area: Area;
  readonly severity: Severity;
}

/** What one conversation did to one file. */
export interface Trace {
  readonly area: Area;
  /** Milliseconds of `runtime.now()`. */
  readonly at: number;
  readonly isOwn: boolean;
}

interface TouchedFile {
  readonly traces: Map<string, Trace>;
  /** Pairs of conversations that know of each other: far apart they are told once. */
  readonly acquainted: Set<string>;
}

export const keptMs = 60 * 60 * 1000;
const maxTraces = 20_000;
const maxConversations = 20;

/**
 * Who changed which lines of which files within the last hour. Bounded: 20,000 traces (a conversation
 * in a file), 20 conversations in a file, 20 ranges of lines each; the oldest are forgotten first.
 */
export class TouchedFiles {
  /** Those touched longest ago first. */
  readonly #files = new Map<string, TouchedFile>();
  #traceCount = 0;

  /** Notes it, and returns those who are to be told of it, and told to who made it. */
  touch({ fileId, conversationId, area, hunks }: Touch, at: number, isOwn: boolean): Neighbour[] {
    this.#forgetOld(at, fileId);
    const file = this.#refresh(fileId);
    if (hunks !== undefined) {
      for (const [id, trace] of file.traces) {
        file.traces.set(id, { ...trace, area: moveArea(trace.area, hunks) });
      }
    }
    const neighbours: Neighbour[] = [];
    for (const [id, trace] of file.traces) {
      if (id === conversationId) continue;
      const severity = severityOf(area, trace.area);
      const pair = JSON.stringify([conversationId, id].sort());
      if (severity === 'different-area' && file.acquainted.has(pair)) continue;
      file.acquainted.add(pair);
      neighbours.push({ conversationId: id, area: trace.area, severity });
    }
    const before = file.traces.get(conversationId);
    this.#put(file, conversationId, {
      area: before === undefined ? joinAreas(area, area) : joinAreas(before.area, area),
      at,
      isOwn,
    });
    this.#forgetSurplus();
    return neighbours;
  }

  /** Notes what another host did before this one listened; tells nobody. */
  learn(fileId: string, conversationId: string, trace: Trace): void {
    const file = this.#refresh(fileId);
    const known = file.traces.get(conversationId);
    if (known === undefined || known.at < trace.at) this.#put(file, conversationId, trace);
    this.#forgetSurplus();
  }

  /** Those of this host, the newest last, at most `limit`. */
  own(limit: number): { fileId: string; conversationId: string; trace: Trace }[] {
    const own = [...this.#files].flatMap(([fileId, { traces }]) =>
      [...traces]
        .filter(([, { isOwn }]) => isOwn)
        .map(([conversationId, trace]) => ({ fileId, conversationId, trace })),
    );
    return own.slice(-limit);
  }

  /** The conversation is gone, and with it all that it did. */
  forget(conversationId: string): void {
    for (const [fileId, file] of this.#files) this.#remove(fileId, file, conversationId);
  }

  get size(): number {
    return this.#traceCount;
  }

  #refresh(fileId: string): TouchedFile {
    const file = this.#files.get(fileId) ?? { traces: new Map(), acquainted: new Set() };
    this.#files.delete(fileId);
    this.#files.set(fileId, file);
    return file;
  }

  #put(file: TouchedFile, conversationId: string, trace: Trace): void {
    if (file.traces.delete(conversationId)) this.#traceCount -= 1;
    file.traces.set(conversationId, trace);
    this.#traceCount += 1;
    const [oldest] = file.traces.keys();
    if (file.traces.size <= maxConversations || oldest === undefined) return;
    file.traces.delete(oldest);
    this.#traceCount -= 1;
  }

  /** Of all files that nobody touched since, and of this one. */
  #forgetOld(now: number, fileId: string): void {
    for (const [oldest, file] of this.#files) {
      this.#forgetOldIn(oldest, file, now);
      if (file.traces.size > 0) break;
    }
    const file = this.#files.get(fileId);
    if (file !== undefined) this.#forgetOldIn(fileId, file, now);
  }

  #forgetOldIn(fileId: string, file: TouchedFile, now: number): void {
    for (const [conversationId, { at }] of [...file.traces]) {
      if (now - at >= keptMs) this.#remove(fileId, file, conversationId);
    }
  }

  #forgetSurplus(): void {
    for (const [fileId, file] of this.#files) {
      if (this.#traceCount <= maxTraces) return;
      this.#files.delete(fileId);
      this.#traceCount -= file.traces.size;
    }
  }

  #remove(fileId: string, file: TouchedFile, conversationId: string): void {
    if (!file.traces.delete(conversationId)) return;
    this.#traceCount -= 1;
    if (file.traces.size === 0) this.#files.delete(fileId);
    for (const pair of file.acquainted) {
      if (JSON.parse(pair).includes(conversationId)) file.acquainted.delete(pair);
    }
  }
}
