import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeExtensionContext } from '@dispatch/conformance';
import type { Database } from '@dispatch/contracts';
import { describe, expect, it, vi } from 'vitest';
import { connectTo } from '../../../../test/postgres-client.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { findBinaries } from './find-binaries.ts';
import postgresEmbedded, { postgresErrorCodes, temporaryDataDir } from './index.ts';
import { parseOptions } from './options.ts';

describe('the extension', () => {
  it('is up when it is set up, comes back when it is killed, and ends when it is disposed of', async () => {
    const dataDir = temporaryDataDir(tmpdir());
    const context = fakeExtensionContext({ runtime: realTimeRuntime() });
    const running = await postgresEmbedded.setup(context, {}, { dataDir });
    const database = running.contributes.database as Database;
    const sql = connectTo(database);
    await sql`select 1`;
    const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    const readPid = () => Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    const killed = readPid();
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(() => expect([killed, 2 ** 30]).not.toContain(readPid()), 10_000);
    await vi.waitFor(async () => expect(await sql`select 1 as one`).toEqual([{ one: 1 }]), 10_000);
    const revived = readPid();
    await sql.end({ timeout: 0.1 });
    await running.dispose?.();
    expect(() => process.kill(revived, 0)).toThrow();
    const levels = context.records.map((record) => (record.type === 'log' ? record.level : ''));
    expect(levels).toContain('error');
    rmSync(dataDir, { recursive: true, force: true });
  });
});

describe('options', () => {
  it('are an absolute folder and nothing else', () => {
    expect(parseOptions({ dataDir: '/x' })).toEqual({ dataDir: '/x' });
    expect(() => parseOptions({ dataDir: 'x' })).toThrow('dataDir');
    expect(() => parseOptions(undefined)).toThrow('dataDir');
    expect(() => parseOptions({ dataDir: '/x', dataDri: 1 })).toThrow('dataDri');
  });
});

describe('findBinaries', () => {
  it('names the package that is missing', () => {
    expect(() => findBinaries('plan9', 'z80')).toThrow('plan9-z80');
    expect(findBinaries()).toMatch(/native$/);
  });
});

describe('the catalog', () => {
  it('stands in the README, code by code', () => {
    const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
    for (const code of Object.keys(postgresErrorCodes)) expect(readme).toContain(`\`${code}\``);
  });
});
