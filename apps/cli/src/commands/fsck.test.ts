import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedStore, openStore } from '@dispatch/store-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { changedRows, type Filling } from '../__fixtures__/changed-rows.ts';
import { addQueued, addTurn, recordLedger } from '../__fixtures__/filled-store.ts';
import { runCommand, start } from '../__fixtures__/run-command.ts';

async function emptyStore() {
  const url = await freshDatabaseUrl();
  const runtime = realTimeRuntime();
  const { store, close } = await openStore({ database: { url, isPrivate: false }, runtime });
  const sql = connectTo({ url });
  onTestFinished(async () => {
    await close();
    await sql.end();
  });
  return { url, store, sql };
}

/** A conversation of two turns, of one that runs and has called a tool, or of a message that waits. */
async function fill(store: OpenedStore['store'], id: string, filling: Filling): Promise<void> {
  if (filling === 'queued') return addQueued(store, id, 'later');
  if (filling === 'running') {
    return recordLedger(store, await addTurn(store, id, 'one', false), 1);
  }
  await addTurn(store, id, 'one');
  await addTurn(store, id, 'two');
}

/** Three conversations, one of each kind. */
async function filledDatabase() {
  const { url, store, sql } = await emptyStore();
  await fill(store, 'alpha', 'turns');
  await fill(store, 'beta', 'running');
  await fill(store, 'gamma', 'queued');
  return { url, sql };
}

const fsck = (url: string, ...args: string[]) => runCommand(['fsck', '--database', url, ...args]);

test('a store that is sound ends with 0, and says how much was looked at', async () => {
  const { url, sql } = await filledDatabase();
  expect(await fsck(url)).toEqual({
    exitCode: 0,
    stdout: '3 conversations, 14 chunks, 3 turns: sound\n',
    stderr: '',
  });
  const json = await runCommand(['fsck', '--json'], { env: { DATABASE_URL: url } });
  expect(JSON.parse(json.stdout)).toEqual({
    type: 'summary',
    conversations: 3,
    chunks: 14,
    turns: 3,
    findings: 0,
  });
  await sql`truncate dispatch.conversations, dispatch.chunks, dispatch.turns, dispatch.steps,
    dispatch.ledger, dispatch.queue cascade`;
  expect((await fsck(url)).stdout).toBe('0 conversations, 0 chunks, 0 turns: sound\n');
});

test('what was changed in the rows, behind the store, is found', async () => {
  const { url, store, sql } = await emptyStore();
  for (const { code, filling } of changedRows) await fill(store, code, filling);
  await fill(store, 'sound', 'running');
  expect((await fsck(url)).exitCode).toBe(0);
  for (const { code, statement } of changedRows) {
    expect((await sql.unsafe(statement(code))).count, code).toBeGreaterThan(0);
  }
  const { exitCode, stdout, stderr } = await fsck(url, '--json');
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const findings = lines.filter(({ type }) => type === 'finding');
  const found = Map.groupBy(findings, ({ conversationId }) => conversationId);
  for (const { code } of changedRows) {
    expect(found.get(code)?.map((finding) => finding.code) ?? [], code).toContain(code);
  }
  expect(found.size).toBe(changedRows.length);
  expect(lines.at(-1)).toMatchObject({ type: 'summary', findings: findings.length });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
});

test('findings stand under their conversation, with what would put them right', async () => {
  const { url, sql } = await filledDatabase();
  await sql.unsafe(
    "update dispatch.chunks set role = 'tool' where conversation_id = 'alpha' and seq = 1",
  );
  await sql.unsafe("update dispatch.conversations set queue_count = 2 where id = 'gamma'");
  const { exitCode, stdout, stderr } = await fsck(url);
  expect(stdout.split('\n')).toEqual([
    'alpha',
    '  chunk-role-wrong  seq 1  turn one',
    "    A chunk text is a tool's.",
    '    repair: Give the chunk the role that its type belongs to.',
    '  chunk-step-wrong  seq 1  turn one',
    '    The chunk names no step, and stands in the commit of no step.',
    '    repair: Give the chunk the stepId of the step whose commit it stands in.',
    '',
    'gamma',
    '  counter-wrong',
    '    Its queue_count is 2; by its rows it is 1.',
    '    repair: Set it to what is counted.',
    '',
    '3 conversations, 14 chunks, 3 turns: 3 findings',
    '',
  ]);
  expect(stderr).toBe('Nothing was changed: fsck only says what would put it right.\n');
  expect(exitCode).toBe(1);
});

test('in a terminal it tells how far it is, in colours unless they are not wanted', async () => {
  const { url, sql } = await filledDatabase();
  await sql`update dispatch.conversations set last_seq = 11 where id = 'alpha'`;
  const run = (env: Record<string, string>) =>
    runCommand(['fsck', '--database', url], { isTerminal: true, env });
  const coloured = await run({});
  expect(coloured.stderr).toContain('\r\u001b[K1 conversation, 10 chunks, 2 turns');
  expect(coloured.stderr.endsWith('\r\u001b[K')).toBe(true);
  expect(coloured.stdout).toContain('\u001b[31mlast-seq-mismatch\u001b[0m');
  expect((await run({ NO_COLOR: '1' })).stdout).not.toContain('\u001b[');
  expect((await run({ TERM: 'dumb' })).stderr).toBe('');
});

test.each([
  [
    ['fsck', '--database', 'mysql://user:secret@a/b'],
    {},
    2,
    '--database is no address of a PostgreSQL.',
  ],
  [['fsck'], { DATABASE_URL: 'user:secret' }, 2, 'DATABASE_URL is no address of a PostgreSQL.'],
  [['fsck', 'alpha'], {}, 2, 'takes no further argument: "alpha"'],
  [['fsck', '--data', '/nowhere/at/all'], {}, 1, 'There is no store here.'],
  [
    ['fsck', '--database', 'postgres://a:secret@127.0.0.1:1/b'],
    {},
    1,
    'The store does not answer.',
  ],
])('what can not be checked is said: %j', async (args, env, exitCode, words) => {
  const ended = await runCommand(args, { env, sleepsAtOnce: true });
  expect(ended).toMatchObject({ exitCode, stdout: '' });
  expect(ended.stderr).toContain(words);
  expect(ended.stderr).not.toContain('secret');
});

test('a database without a store, or of another version, is left as it is', async () => {
  const url = await freshDatabaseUrl();
  expect((await fsck(url)).stderr).toContain('The database holds no store of Dispatch.');
  const { url: filled, sql } = await filledDatabase();
  await sql`insert into dispatch.migrations (version, name) values (999, 'of tomorrow')`;
  const newer = await fsck(filled);
  expect(newer).toMatchObject({ exitCode: 1, stdout: '' });
  expect(newer.stderr).toContain('The database has schema 999; this');
});

test('a folder whose host has a database of its own is said to be in use', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-fsck-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'postgres'));
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.ppid }));
  // The wait for a host that starts takes no time here.
  const ended = await runCommand(['fsck', '--data', folder], { sleepsAtOnce: true });
  expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
  expect(ended.stderr).toContain(`is in use by the process ${process.ppid}`);
});

test('Ctrl-C ends it with 130', async () => {
  const { url } = await filledDatabase();
  const command = start(['fsck', '--database', url]);
  await new Promise((resolve) => setImmediate(resolve));
  command.interrupt();
  expect(await command.exitCode).toBe(130);
  expect(command.stdout()).toBe('');
});
