import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLockFolder } from './lock.ts';
import { identityOf, isAlive } from './process-identity.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockWith = (content: string) => writeFileSync(join(folder, 'lock'), content);
/** A process that has nothing to do with this one. */
const otherPid = process.pid;
const ownPid = 2 ** 22 + 1;

test('one holds it, the other is told who, and after the release it is free', () => {
  const first = tryLockFolder(folder, otherPid, 0);
  expect(first.outcome).toBe('locked');
  expect(tryLockFolder(folder, ownPid, 0)).toEqual({ outcome: 'held', pid: otherPid });
  if (first.outcome === 'locked') {
    first.lock.release();
    first.lock.release();
  }
  expect(readdirSync(folder)).toEqual([]);
  expect(tryLockFolder(folder, ownPid, 0).outcome).toBe('locked');
});

test.each([
  ['is no more', JSON.stringify({ pid: 2 ** 22 + 2 })],
  ['had this number before', JSON.stringify({ pid: otherPid, startedAt: 'another-boot:1' })],
  ['wrote no JSON', 'nonsense'],
  ['was this very number, in a container of before', JSON.stringify({ pid: ownPid })],
])('the lock of a process that %s is taken over', (_, content) => {
  if (content.includes('another-boot') && identityOf(otherPid).startedAt === undefined) return;
  lockWith(content);
  expect(tryLockFolder(folder, ownPid, 0).outcome).toBe('locked');
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('who takes over is alone, and a takeover that was cut off is cleared up', () => {
  lockWith('nonsense');
  const guard = join(folder, 'lock.takeover');
  mkdirSync(guard);
  utimesSync(guard, 1000, 1000);
  expect(tryLockFolder(folder, ownPid, 1_004_000).outcome).toBe('contended');
  expect(existsSync(guard)).toBe(true);
  expect(tryLockFolder(folder, ownPid, 1_006_000).outcome).toBe('contended');
  expect(tryLockFolder(folder, ownPid, 1_006_000).outcome).toBe('locked');
});

test('a release leaves alone what another has taken over', () => {
  const attempt = tryLockFolder(folder, ownPid, 0);
  lockWith(JSON.stringify({ pid: otherPid }));
  if (attempt.outcome === 'locked') attempt.lock.release();
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('a process is alive until it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const identity = identityOf(child.pid ?? 0);
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});
