import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualRuntime } from '@dispatch/conformance';
import type { ForgetRequest, LogRecord } from '@dispatch/kernel';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Journal, openJournal, readJournal } from './index.ts';
import { fileName } from './journal-files.ts';

const options = { maxFileBytes: 64 * 1024, maxTotalMb: 1024, maxAgeDays: 0 };
const at = Date.UTC(2026, 0, 1);

let folder: string;
let runtime: ReturnType<typeof virtualRuntime>;
let journal: Journal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  runtime = virtualRuntime();
  journal = await openJournal({ ...options, folder }, runtime);
});
afterEach(async () => {
  await journal.close();
  await rm(folder, { recursive: true });
});

const open = (conversationId: string, more: object = {}): LogRecord => ({
  ...{ type: 'span-open', traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'turn', at },
  ...{ extension: 'e', conversationId, attributes: {}, ...more },
});
const reopen = async () => {
  await journal.close();
  journal = await openJournal({ ...options, folder }, runtime);
};

/** Asks about `missing`; what was asked about is noted. */
const forget = async (missing: readonly string[], more: Partial<ForgetRequest> = {}) => {
  const asked: string[] = [];
  const { signal } = new AbortController();
  const findMissing = async (ids: readonly string[]) => {
    asked.push(...ids);
    return new Set(ids.filter((id) => missing.includes(id)));
  };
  const removed = await journal.forget({ findMissing, before: at + 1, signal, ...more });
  return { removed, asked };
};

const held = async () => {
  const ids: (string | undefined)[] = [];
  for await (const { conversationId } of readJournal(folder)) ids.push(conversationId);
  return ids;
};
const textOf = (sequence: number) => readFile(join(folder, fileName(sequence)), 'utf8');
/** A file for each. */
const writeFiles = async (...conversationIds: readonly string[]) => {
  for (const id of conversationIds) {
    journal.write(open(id, { body: 'x'.repeat(50_000) }));
    await journal.flush();
  }
};

describe('forgetting', () => {
  it('ends the file that is written, and goes on in the next', async () => {
    journal.write(open('gone'));
    journal.write(open('stays'));
    await journal.flush();
    expect((await forget(['gone'])).removed).toBe(1);
    journal.write(open('later'));
    await journal.flush();
    expect(await held()).toEqual(['stays', 'later']);
    expect(await textOf(2)).toContain('later');
    await reopen();
    expect(await held()).toEqual(['stays', 'later']);
  });

  it('goes through all files, and removes one of which nothing is left', async () => {
    await writeFiles('a', 'b', 'a', 'c');
    expect(await readdir(folder)).toHaveLength(4);
    expect((await forget(['a'])).removed).toBe(2);
    expect(await held()).toEqual(['b', 'c']);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson'));
    expect(names).toEqual([fileName(2), fileName(4)]);
  });

  it('reads a closed file once, and again where its list is missing, torn or of another file', async () => {
    await writeFiles('one', 'two');
    const list = join(folder, 'journal-00000001.conversations');
    expect((await forget([])).asked).toEqual(['one', 'two']);
    expect((await stat(list)).mode & 0o777).toBe(0o600);
    // As root everything can be read: what the list says shows whether it was used.
    const text = await readFile(list, 'utf8');
    await writeFile(list, text.replace('one', 'from the list'));
    expect((await forget([])).asked).toEqual(['from the list', 'two']);
    for (const spoil of [
      () => rm(list),
      () => writeFile(list, text.slice(0, 20)),
      () => appendFile(join(folder, fileName(1)), `${JSON.stringify(open('three'))}\n`),
    ]) {
      await spoil();
      expect((await forget([])).asked).toContain('one');
    }
    expect((await forget([])).asked).toEqual(['one', 'three', 'two']);
  });

  it('removes lists with their files, and those of files that are gone', async () => {
    await writeFiles('one', 'two');
    await forget([]);
    expect(await readdir(folder)).toHaveLength(3);
    await rm(join(folder, fileName(1)));
    await reopen();
    expect(await readdir(folder)).toEqual([fileName(2)]);
  });

  it('keeps young records of a conversation whose older ones go', async () => {
    journal.write(open('again', { at: at - 1000 }));
    journal.write(open('gone', { at: at - 1000 }));
    journal.write(open('again', { at }));
    await journal.flush();
    const { asked, removed } = await forget(['again', 'gone'], { before: at });
    expect({ asked, removed }).toEqual({ asked: ['gone'], removed: 1 });
    // Written between the look and the change.
    const findMissing = async (ids: readonly string[]) => {
      journal.write(open('again', { at: at + 5000 }));
      await journal.flush();
      return new Set(ids);
    };
    expect((await forget([], { findMissing, before: at + 1 })).removed).toBe(2);
    expect(await held()).toEqual(['again']);
    expect((await forget(['again'], { before: at + 6000 })).removed).toBe(1);
  });

  it('takes what names its trace alone with the trace', async () => {
    const close = (traceId: string) =>
      `{"type":"span-close","traceId":"${traceId}","spanId":"2","at":"2026-01-01T00:00:00.000Z","status":"ok","attributes":{}}\n`;
    journal.write(open('gone', { traceId: 'a'.repeat(32) }));
    journal.write(open('stays', { traceId: 'b'.repeat(32) }));
    await journal.flush();
    await appendFile(join(folder, fileName(1)), close('a'.repeat(32)) + close('b'.repeat(32)));
    expect((await forget(['gone'])).removed).toBe(2);
    expect(await textOf(1)).toContain(close('b'.repeat(32)));
  });

  it('ends when the journal closes', async () => {
    await writeFiles('a', 'b', 'c');
    let closing: Promise<void> | undefined;
    const findMissing = async (ids: readonly string[]) => {
      closing ??= journal.close();
      return new Set(ids);
    };
    expect((await forget([], { findMissing })).removed).toBe(0);
    await closing;
    expect(await held()).toEqual(['a', 'b', 'c']);
  });

  it('pauses while it reads much', async () => {
    await journal.close();
    journal = await openJournal({ ...options, maxFileBytes: 2 ** 24, folder }, runtime);
    for (let index = 0; index < 30; index++)
      journal.write(open('a', { body: 'x'.repeat(100_000) }));
    await journal.flush();
    await runtime.advance(5);
    const forgetting = forget([]);
    // The other one sleeps until the files are looked over again.
    for (let pause = 0; pause < 2; pause++) {
      await vi.waitFor(() => expect(runtime.sleepers()).toBe(2), { interval: 1 });
      await runtime.advance(10);
    }
    expect((await forgetting).asked).toEqual(['a']);
  });

  it('rejects where a file can not be changed, and loses nothing', async () => {
    journal.write(open('gone'));
    await journal.flush();
    // A folder stands where the copy would.
    const copy = join(folder, `${fileName(1)}.new`);
    await mkdir(copy);
    await expect(forget(['gone'])).rejects.toThrow('EISDIR');
    expect(await held()).toEqual(['gone']);
    await rm(copy, { recursive: true });
    expect((await forget(['gone'])).removed).toBe(1);
  });

  it('keeps every line of others byte for byte and in order', async () => {
    const id = fc.constantFrom('c-1', 'c-2', 'c-3', undefined);
    const line = fc.oneof(
      fc.record({ conversationId: id, text: fc.string({ unit: 'binary' }) }).map((value) => ({
        conversationId: value.conversationId,
        bytes: Buffer.from(`${JSON.stringify(value)}\n`),
      })),
      // No text at all.
      fc.uint8Array({ maxLength: 20 }).map((bytes) => ({
        conversationId: undefined,
        bytes: Buffer.from([...bytes.filter((byte) => byte !== 0x0a), 0x0a]),
      })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { minLength: 1 }), { minLength: 1, maxLength: 3 }),
        fc.subarray(['c-1', 'c-2', 'c-3']),
        fc.integer({ min: 0, max: 70_000 }),
        async (files, missing, padding) => {
          await journal.close();
          await rm(folder, { recursive: true });
          journal = await openJournal({ ...options, folder }, runtime);
          const pad = { conversationId: undefined, bytes: Buffer.from(`${'p'.repeat(padding)}\n`) };
          const padded = files.map((lines) => [pad, ...lines]);
          for (const [index, lines] of padded.entries()) {
            const bytes = Buffer.concat(lines.map((one) => one.bytes));
            await writeFile(join(folder, fileName(index + 1)), bytes);
          }
          await reopen();
          const { removed } = await forget(missing);
          const isGone = (one: { conversationId: string | undefined }) =>
            one.conversationId !== undefined && missing.includes(one.conversationId);
          expect(removed).toBe(padded.flat().filter(isGone).length);
          for (const [index, lines] of padded.entries()) {
            const expected = Buffer.concat(
              lines.filter((one) => !isGone(one)).map((one) => one.bytes),
            );
            const actual = await readFile(join(folder, fileName(index + 1)));
            expect(actual.equals(expected)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
