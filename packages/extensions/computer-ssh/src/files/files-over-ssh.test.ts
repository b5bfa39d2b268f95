import { spawnSync } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { realTime } from '@dispatch/conformance';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { noSshd, startSshd, type TestSshd } from '../../../../../test/sshd.ts';
import { computerOf } from '../__fixtures__/ssh-computers.ts';

const isSkipped = noSshd !== undefined;

describe.skipIf(isSkipped)(`files over a real sshd${noSshd ? `: ${noSshd}` : ''}`, () => {
  let sshd: TestSshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd?.stop());

  async function folderOfTest(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'computer-ssh-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    return folder;
  }

  it('a transfer that breaks off leaves the old file, and is made again as a whole', async () => {
    const folder = await folderOfTest();
    const path = join(folder, 'file');
    await writeFile(path, 'old');
    const before = new Set(sshd.connections());
    const computer = await computerOf(sshd.configFile);
    await computer.stat(folder);
    const [connection = 0] = sshd.connections().filter((pid) => !before.has(pid));
    const size = 40_000_000;
    const writing = computer.writeFile(path, Buffer.alloc(size, 'n'));
    const drafts = async () => (await readdir(folder)).filter((name) => name !== 'file');
    while ((await drafts()).length === 0) await delay(1);
    sshd.drop(connection);
    expect([3, size]).toContain((await stat(path)).size);
    await writing;
    expect((await stat(path)).size).toBe(size);
    while ((await drafts()).length > 0) await delay(20);
  });

  it('a full disk leaves the old file, and nothing beside it', async ({ skip }) => {
    const folder = await folderOfTest();
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
    if (mount.status !== 0) skip('nobody but root may make a disk so small');
    try {
      const computer = await computerOf(sshd.configFile);
      const path = join(folder, 'file');
      await computer.writeFile(path, Buffer.alloc(100_000, 'a'));
      const second = computer.writeFile(path, Buffer.alloc(3_000_000, 'b'));
      await expect(second).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(await readFile(path, 'utf8')).toBe('a'.repeat(100_000));
      expect(await readdir(folder)).toEqual(['file']);
      // What was left of the bytes is taken for nothing else.
      expect((await computer.stat(path)).size).toBe(100_000);
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  it('a range far into a large file is read without what stands before', realTime, async () => {
    const path = join(await folderOfTest(), 'large');
    const at = 3_000_000_123;
    const file = await open(path, 'w');
    await file.write('here', at);
    await file.close();
    const computer = await computerOf(sshd.configFile);
    const from = performance.now();
    const bytes = await computer.readFile(path, { offset: at - 2, length: 10 });
    expect(Buffer.from(bytes).toString()).toBe('\0\0here');
    expect(performance.now() - from).toBeLessThan(3000);
  });

  it('what is no file is neither read nor replaced, and a path is absolute', async () => {
    const computer = await computerOf(sshd.configFile);
    for (const refuse of [
      () => computer.readFile('/dev/zero'),
      () => computer.writeFile('/dev/null', new Uint8Array()),
      () => computer.stat('etc/passwd'),
      () => computer.stat('/etc\0/passwd'),
    ]) {
      await expect(refuse()).rejects.toMatchObject({ code: 'EINVAL' });
    }
  });

  it('a folder of very many files is listed in part, soon', async () => {
    const folder = await folderOfTest();
    const make = 'i=0; while [ $i -lt 10000 ]; do : > "$1/$i"; i=$((i+1)); done';
    spawnSync('sh', ['-c', make, 'sh', folder]);
    const computer = await computerOf(sshd.configFile);
    const { entries, isCut } = await computer.readFolder(folder, 100);
    expect(entries).toHaveLength(100);
    expect(isCut).toBe(true);
    expect((await computer.readFolder(folder, 40_000)).entries).toHaveLength(10_000);
  });
});
