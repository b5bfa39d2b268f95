import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findHost } from './host-address.ts';

function dataFolder(content?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-host-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (content !== undefined) writeFileSync(join(folder, 'host.json'), content);
  return folder;
}

const hostFile = (pid: number) =>
  JSON.stringify({ pid, url: 'http://127.0.0.1:3', startedAt: '2026-11-21T10:00:00.000Z' });
const isAlive = (pid: number) => pid === 7;

test('the option wins over the environment, and that over the data folder', async () => {
  const folder = dataFolder(hostFile(7));
  const env = { DISPATCH_URL: 'http://127.0.0.1:2' };
  expect(await findHost({ env, isAlive }, 'http://127.0.0.1:1', folder)).toBe('http://127.0.0.1:1');
  expect(await findHost({ env, isAlive }, undefined, folder)).toBe('http://127.0.0.1:2');
  expect(await findHost({ env: { DISPATCH_URL: '' }, isAlive }, undefined, folder)).toBe(
    'http://127.0.0.1:3',
  );
});

test('the file of a host that is gone, or of none, is ignored', async () => {
  const find = (content?: string) => findHost({ env: {}, isAlive }, undefined, dataFolder(content));
  await expect(find(hostFile(8))).rejects.toThrow('No host is running here.');
  await expect(find(hostFile(8))).rejects.toMatchObject({
    hint: expect.stringContaining('names the process 8, which is gone'),
  });
  for (const content of [undefined, '', '{"pid":7', 'null', '{"pid":"7","url":"x"}']) {
    await expect(find(content)).rejects.toMatchObject({ exitCode: 1 });
  }
});

test('an address that is none is a wrong use', async () => {
  const env = { DISPATCH_URL: '127.0.0.1:4177' };
  await expect(findHost({ env, isAlive }, undefined, '/nowhere')).rejects.toMatchObject({
    exitCode: 2,
    message: 'DISPATCH_URL is no address of a host: "127.0.0.1:4177".',
  });
});
