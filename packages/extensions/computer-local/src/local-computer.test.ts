import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  computerConformance,
  extensionConformance,
  fakeExtensionContext,
  realTime,
  virtualRuntime,
} from '@dispatch/conformance';
import type { ComputerSource } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import extension, { createLocalComputer } from './index.ts';

/** Real processes need real time, and marks that those of no other test carry. */
const runtime = {
  ...virtualRuntime(),
  randomHex: (bytes: number) => randomBytes(bytes).toString('hex'),
  now: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};

const hostSecret = 'a-secret-of-the-host';

computerConformance('computer-local', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'computer-local-')));
  process.env.COMPUTER_LOCAL_TEST = hostSecret;
  const { computer, dispose } = createLocalComputer({
    environment: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    shell: '/bin/sh',
    runtime,
    logger: fakeExtensionContext().logger,
  });
  return {
    computer,
    folder,
    hostSecret,
    runtime,
    isLinux: process.platform === 'linux',
    dispose: async () => {
      delete process.env.COMPUTER_LOCAL_TEST;
      await dispose();
      await rm(folder, { recursive: true });
    },
  };
});

describe('createLocalComputer', () => {
  const make = (shell = '/bin/sh') =>
    createLocalComputer({ environment: {}, shell, runtime, logger: fakeExtensionContext().logger });
  const spawnIn = ({ computer }: ReturnType<typeof make>, command: string | readonly [string]) =>
    computer.spawn({ command, cwd: '/', onOutput: () => {} });

  it('ends what any command has left, and starts none once it is disposed', realTime, async () => {
    const local = make();
    const running = await spawnIn(local, `sleep 60 & (setsid sleep 60 &); sleep 60`);
    const left = await spawnIn(local, 'sleep 60 & exit 3');
    expect(await left.exited).toEqual({ code: 3 });
    expect(await left.hasLeft()).toBe(true);
    const from = performance.now();
    await local.dispose();
    expect(performance.now() - from).toBeLessThan(1000);
    expect(await left.hasLeft()).toBe(false);
    expect(await running.exited).toEqual({ signal: 'SIGTERM' });
    await expect(spawnIn(local, 'true')).rejects.toMatchObject({ code: 'computer-unavailable' });
  });

  it('says what keeps a command from starting', async () => {
    const local = make('/no/shell');
    const never = await spawnIn(local, 'true');
    expect(await never.exited).toMatchObject({ failure: expect.stringContaining('ENOENT') });
    await never.closed;
    await never.end();
    expect(await (await spawnIn(local, ['a\0b'])).exited).toHaveProperty('failure');
    await local.dispose();
  });

  it('refuses to read or to replace what is no file', async () => {
    const { computer } = make();
    for (const refuse of [
      () => computer.readFile('/dev/zero'),
      () => computer.readFile('/dev/zero', { offset: 0, length: 1 }),
      () => computer.writeFile('/dev/null', new Uint8Array()),
    ]) {
      await expect(refuse()).rejects.toMatchObject({ code: 'EINVAL' });
    }
  });
});

describe('a full disk', () => {
  it('leaves the old file, and nothing beside it', async ({ skip }) => {
    const folder = await mkdtemp(join(tmpdir(), 'computer-local-full-'));
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
    try {
      if (mount.status !== 0) skip('nobody but root may make a disk so small');
      const { computer } = createLocalComputer({
        environment: {},
        shell: '/bin/sh',
        runtime,
        logger: fakeExtensionContext().logger,
      });
      await computer.writeFile(`${folder}/file`, Buffer.alloc(100_000, 'a'));
      const second = computer.writeFile(`${folder}/file`, Buffer.alloc(200_000, 'b'));
      await expect(second).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(Buffer.from(await computer.readFile(`${folder}/file`)).toString()).toBe(
        'a'.repeat(100_000),
      );
      expect((await computer.readFolder(folder, 9)).entries).toHaveLength(1);
    } finally {
      if (mount.status === 0) spawnSync('umount', [folder]);
      await rm(folder, { recursive: true });
    }
  });
});

describe('the extension', () => {
  it('knows the host alone', async () => {
    const running = await extension.setup(fakeExtensionContext(), {}, undefined);
    const [source] = running.contributes.computer as readonly ComputerSource[];
    expect(await source?.list()).toEqual([]);
    expect(await source?.find('elsewhere')).toBeUndefined();
    const computer = await source?.find(undefined);
    expect(computer?.computerId).toBeUndefined();
    expect((await computer?.stat(await computer.homeFolder()))?.kind).toBe('folder');
    await running.dispose?.();
  });
});

extensionConformance('computer-local', extension);
