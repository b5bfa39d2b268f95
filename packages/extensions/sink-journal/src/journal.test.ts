import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fakeExtensionContext,
  forgettingSinkConformance,
  sinkConformance,
  virtualRuntime,
} from '@dispatch/conformance';
import type { LogRecord } from '@dispatch/kernel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import extension, { type JournalRecord, openJournal, readJournal } from './index.ts';

const sizes = { maxFileBytes: 64 * 1024, maxTotalMb: 1, maxAgeDays: 30 };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function readAll(folder: string): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of readJournal(folder)) records.push(record);
  return records;
}

const message = (text: string, at = Date.UTC(2026, 0, 1)): LogRecord => ({
  type: 'log',
  level: 'info',
  message: text,
  at,
  extension: 'test',
  attributes: {},
});

const messages = (records: readonly JournalRecord[]) =>
  records.map((record) => (record.type === 'log' ? record.message : record.type));

const makeFixture = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  const journal = await openJournal(
    { ...sizes, folder, maxFileBytes: 2 ** 26, maxTotalMb: 1024 },
    virtualRuntime(),
  );
  return {
    sink: journal,
    arrived: () => readAll(folder),
    dispose: async () => {
      await journal.close();
      await rm(folder, { recursive: true });
    },
  };
};
sinkConformance('journal', makeFixture);
forgettingSinkConformance('journal', makeFixture);

describe('the journal', () => {
  let folder: string;
  let runtime: ReturnType<typeof virtualRuntime>;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'journal-')), 'journal');
    runtime = virtualRuntime();
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  const open = (more: Partial<typeof sizes> = {}) =>
    openJournal({ ...sizes, ...more, folder }, runtime);

  it('gathers records for a moment and writes them without being asked', async () => {
    const journal = await open();
    for (let index = 0; index < 1200; index++) journal.write(message(`${index}`));
    expect(await readAll(folder)).toEqual([]);
    await runtime.advance(5);
    await journal.flush();
    expect(messages(await readAll(folder))).toEqual(Array.from({ length: 1200 }, (_, i) => `${i}`));
    await journal.close();
  });

  it('writes times as ISO-8601, in files that are its owner’s alone', async () => {
    const journal = await open();
    journal.write(message('now', Date.UTC(2026, 10, 21, 1, 2, 3, 45)));
    await journal.close();
    expect((await readAll(folder))[0]?.at).toBe('2026-11-21T01:02:03.045Z');
    const [name = ''] = await readdir(folder);
    expect(name).toBe('journal-00000001.ndjson');
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  const filesIn = async () => {
    const names = (await readdir(folder)).sort();
    const sizesOf = await Promise.all(names.map((name) => stat(join(folder, name))));
    return names.map((name, index) => ({ name, bytes: sizesOf[index]?.size ?? 0 }));
  };

  it('rotates by size and removes the oldest, so that all together are never too large', async () => {
    const journal = await open();
    for (let index = 0; index < 200; index++) {
      journal.write(message(`${index} ${'x'.repeat(10_000)}`));
      await journal.flush();
      const bytes = (await filesIn()).reduce((sum, file) => sum + file.bytes, 0);
      expect(bytes).toBeLessThanOrEqual(1024 * 1024);
    }
    await journal.close();
    const files = await filesIn();
    expect(files.length).toBeGreaterThan(12);
    for (const { bytes } of files) expect(bytes).toBeLessThanOrEqual(sizes.maxFileBytes);
    const kept = messages(await readAll(folder)).map((text) => Number.parseInt(text, 10));
    expect(kept).toEqual(Array.from(kept, (_, index) => 200 - kept.length + index));
  });

  it('keeps files to a quarter of what all may have together', async () => {
    const journal = await open({ maxFileBytes: 64 * 1024 * 1024 });
    for (let index = 0; index < 60; index++) {
      journal.write(message('x'.repeat(10_000)));
      await journal.flush();
    }
    await journal.close();
    const files = await filesIn();
    expect(files).toHaveLength(3);
    for (const { bytes } of files) expect(bytes).toBeLessThanOrEqual(256 * 1024);
  });

  it('begins a file each day, and removes those whose time is over, in the background', async () => {
    const journal = await open({ maxAgeDays: 3 });
    for (let day = 1; day <= 6; day++) {
      journal.write(message(`day ${day}`, runtime.wallNow()));
      await journal.flush();
      const written = runtime.wallNow() / 1000;
      const newest = (await filesIn()).at(-1)?.name ?? '';
      await utimes(join(folder, newest), written, written);
      await runtime.advance(dayMs);
    }
    /** After so many hours, each look at the files through before the next one begins. */
    const keptAfter = async (hours: number, expected: readonly string[]) => {
      for (let hour = 0; hour < hours; hour++) {
        await vi.waitFor(() => expect(runtime.sleepers()).toBe(1));
        await runtime.advance(hourMs);
      }
      await vi.waitFor(() => expect(runtime.sleepers()).toBe(1));
      expect(messages(await readAll(folder))).toEqual(expected);
    };
    await keptAfter(12, ['day 5', 'day 6']);
    await keptAfter(24, ['day 6']);
    await keptAfter(72, ['day 6']);
    await journal.close();
  });

  it('counts the age of a file that was begun before the start', async () => {
    const first = await open();
    first.write(message('yesterday', runtime.wallNow()));
    await first.close();
    await runtime.advance(dayMs);
    const second = await open();
    second.write(message('today', runtime.wallNow()));
    await second.close();
    expect(messages(await readAll(folder))).toEqual(['yesterday', 'today']);
    expect(await filesIn()).toHaveLength(2);
  });

  it('leaves alone what is none of its files', async () => {
    const journal = await open({ maxAgeDays: 1 });
    const notes = join(folder, 'notes.txt');
    await appendFile(notes, 'mine');
    await utimes(notes, 0, 0);
    await runtime.advance(2 * dayMs);
    await journal.close();
    expect(await readdir(folder)).toContain('notes.txt');
  });

  it('goes on in the last file, behind a line that a crash has torn', async () => {
    const first = await open();
    first.write(message('before'));
    await first.close();
    await appendFile(join(folder, 'journal-00000001.ndjson'), '{"type":"log","mess');
    const second = await open();
    second.write(message('after'));
    await second.close();
    expect(messages(await readAll(folder))).toEqual(['before', 'after']);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('passes over what is no record, and keeps line ends of Unicode inside one', async () => {
    const journal = await open();
    journal.write(message('a\u2028b\r\nc'));
    await journal.close();
    await appendFile(join(folder, 'journal-00000001.ndjson'), '\nnull\n{"type":"log"}\n[]\n');
    await appendFile(join(folder, 'notes.txt'), 'none of ours');
    expect(messages(await readAll(folder))).toEqual(['a\u2028b\r\nc']);
    expect(await readAll(join(folder, 'nowhere'))).toEqual([]);
  });

  it('counts what does not fit while the disk is slow, and tells it', async () => {
    const journal = await open({ maxFileBytes: 2 ** 28, maxTotalMb: 1024 });
    const body = 'x'.repeat(1024 * 1024);
    for (let index = 0; index < 80; index++) journal.write(message(body));
    await journal.flush();
    journal.write(message('later'));
    await journal.close();
    const records = await readAll(folder);
    const loss = records.find((record) => record.type === 'log' && record.level === 'warn');
    expect(loss?.attributes.lost).toBe(80 - (records.length - 2));
    expect(messages(records).at(-1)).toBe('later');
  });

  it('goes on when the disk refuses, and tells the loss when it takes again', async () => {
    const journal = await open();
    journal.write(message('x'.repeat(40_000)));
    await journal.flush();
    // The next file can not be made: a folder stands in its place.
    const next = join(folder, 'journal-00000002.ndjson');
    await mkdir(next);
    journal.write(message('y'.repeat(40_000)));
    journal.write(message('z'));
    await journal.flush();
    await rm(next, { recursive: true });
    journal.write(message('again'));
    await journal.close();
    const records = await readAll(folder);
    expect(records.map(({ attributes }) => attributes)).toContainEqual({ lost: 2 });
    expect(messages(records).at(-1)).toBe('again');
  });

  it('drops what is written after it is closed', async () => {
    const journal = await open();
    await journal.close();
    journal.write(message('too late'));
    await journal.flush();
    expect(await readFile(join(folder, 'journal-00000001.ndjson'), 'utf8')).toBe('');
  });
});

describe('the extension', () => {
  it('names the option that is wrong', async () => {
    const context = fakeExtensionContext();
    await expect(extension.setup(context, {}, undefined)).rejects.toThrow('folder');
    await expect(extension.setup(context, {}, { folder: 'here' })).rejects.toThrow('absolute');
    await expect(extension.setup(context, {}, { folder: '/x', files: 1 })).rejects.toThrow('files');
  });
});
