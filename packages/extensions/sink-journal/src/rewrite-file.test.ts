import {
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileName } from './journal-files.ts';
import { type RewriteDisk, rewriteFile } from './rewrite-file.ts';
import { openRotation } from './rotation.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lines = ['keep 1', 'drop', `keep ${'\u2028x'.repeat(50_000)}`, 'drop', 'keep 3'];
const whole = lines.map((line) => `${line}\n`).join('');
const kept = whole.replaceAll('drop\n', '');
const written = new Date('2026-01-05T06:07:08.123Z');
const file = () => join(folder, fileName(1));
const list = () => join(folder, 'journal-00000001.conversations');

async function begin(): Promise<void> {
  await writeFile(file(), whole, { mode: 0o600 });
  await utimes(file(), written, written);
  await writeFile(list(), '{}');
}

const rewrite = (disk?: RewriteDisk) =>
  rewriteFile(folder, 1, {
    isKept: (line) => !line.toString('utf8').startsWith('drop'),
    pause: async () => {},
    exclusively: (change) => change(),
    ...(disk === undefined ? {} : { disk }),
  });

/** The real disk, until so many steps are done: none works any more, as after the end of a process. */
function failingDisk(mostSteps: number): RewriteDisk {
  let steps = 0;
  const step = <T>(work: () => Promise<T>): Promise<T> => {
    steps += 1;
    return steps > mostSteps ? Promise.reject(new Error('the process is gone')) : work();
  };
  return {
    create: async (path) => {
      const handle = await step(() => open(path, 'w', 0o600));
      return {
        writeFile: (data) => step(() => handle.writeFile(data)),
        utimes: (...times) => step(() => handle.utimes(...times)),
        sync: () => step(() => handle.sync()),
        close: () => handle.close(),
      };
    },
    rename: (from, to) => step(() => rename(from, to)),
    remove: (path) => step(() => unlink(path).catch(() => {})),
  };
}

test('keeps the lines that stay byte for byte, the time of the file, and it its owner’s alone', async () => {
  await begin();
  expect(await rewrite()).toBe(2);
  expect(await readFile(file(), 'utf8')).toBe(kept);
  const { mode, mtime } = await stat(file());
  expect(mode & 0o777).toBe(0o600);
  expect(mtime).toEqual(written);
  expect(await readdir(folder)).toEqual([fileName(1)]);
});

test('a crash between any two steps leaves the old file or the new one, and the next start tidies up', async () => {
  const seen = new Set<string>();
  let isDone = false;
  for (let steps = 0; !isDone; steps++) {
    await begin();
    isDone = await rewrite(failingDisk(steps)).then(
      () => true,
      () => false,
    );
    const text = await readFile(file(), 'utf8');
    expect([whole, kept]).toContain(text);
    seen.add(text);
    const options = { folder, maxFileBytes: 2 ** 20, maxTotalMb: 1024, maxAgeDays: 0 };
    const rotation = await openRotation(options, { wallNow: () => 0 });
    await rotation.close();
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(await readFile(file(), 'utf8')).toBe(text);
    expect(await rewrite()).toBe(text === whole ? 2 : 0);
    expect(await readFile(file(), 'utf8')).toBe(kept);
  }
  expect(seen).toEqual(new Set([whole, kept]));
});

test('what it can not read to the end, or is told to leave, stays as it is', async () => {
  await begin();
  const stopped = rewriteFile(folder, 1, {
    isKept: () => false,
    pause: () => Promise.reject(new Error('stopped')),
    exclusively: (change) => change(),
  });
  await expect(stopped).rejects.toThrow('stopped');
  expect(await readFile(file(), 'utf8')).toBe(whole);
  expect(await readdir(folder)).toHaveLength(2);
});

test('a file that is removed meanwhile does not come back', async () => {
  await begin();
  const gone = await rewriteFile(folder, 1, {
    isKept: (line) => line.length > 5,
    pause: async () => {},
    exclusively: async (change) => {
      await unlink(file());
      await unlink(list());
      return change();
    },
  });
  expect(gone).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

test('a file of which nothing stays is removed, with its list', async () => {
  await begin();
  const gone = await rewriteFile(folder, 1, {
    isKept: () => false,
    pause: async () => {},
    exclusively: (change) => change(),
  });
  expect(gone).toBe(lines.length);
  expect(await readdir(folder)).toEqual([]);
});
