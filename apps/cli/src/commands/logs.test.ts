import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { conversation, fakeHost } from '../__fixtures__/fake-host.ts';
import { runCommand } from '../__fixtures__/run-command.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 10, 21, 10) + ms).toISOString();
const trace = (digit: string) => digit.repeat(32);
const span = (digit: string) => digit.repeat(16);

function open(traceDigit: string, spanDigit: string, name: string, ms: number, more: object = {}) {
  return {
    type: 'span-open',
    traceId: trace(traceDigit),
    spanId: span(spanDigit),
    name,
    at: at(ms),
    extension: 'x',
    attributes: {},
    ...more,
  };
}

function close(traceDigit: string, spanDigit: string, ms: number, more: object = {}) {
  const ids = { traceId: trace(traceDigit), spanId: span(spanDigit) };
  return { type: 'span-close', ...ids, at: at(ms), status: 'ok', attributes: {}, ...more };
}

const ofAlpha = { conversationId: 'alpha', turnId: 'turn-a' };
const records = [
  open('1', 'a', 'turn', 0, { ...ofAlpha, attributes: { model: 'm' }, body: 'large' }),
  open('2', 'd', 'turn', 1, { conversationId: 'beta', turnId: 'turn-b' }),
  open('1', 'b', 'step', 2, { ...ofAlpha, parentSpanId: span('a') }),
  open('1', 'c', 'tool-call', 700, { ...ofAlpha, parentSpanId: span('b') }),
  {
    type: 'log',
    level: 'warn',
    message: 'Slow\ndisk',
    at: at(5),
    extension: 'x',
    traceId: trace('1'),
    spanId: span('b'),
    attributes: {},
  },
  { type: 'log', level: 'info', message: 'Of nobody', at: at(6), extension: 'x', attributes: {} },
  close('1', 'b', 1502, { status: 'error', attributes: { finishReason: 'error' } }),
  close('1', 'a', 61_000),
  close('2', 'd', 9),
];

/** A data folder whose journal has two files, the first with a torn line at its end. */
function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-logs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lines = records.map((record) => JSON.stringify(record));
  mkdirSync(join(folder, 'journal'));
  const file = (name: string, text: string) => writeFileSync(join(folder, 'journal', name), text);
  file('journal-00000002.ndjson', `${lines.slice(4).join('\n')}\n`);
  file('journal-00000001.ndjson', `${lines.slice(0, 4).join('\n')}\n{"type":"span-open","trace\n`);
  file('other.txt', 'alpha');
  return folder;
}

test('spans of a conversation are a tree with their durations, without a host', async () => {
  const { exitCode, stdout } = await runCommand(['logs', 'al', '--data', dataFolder()]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    [
      `${at(0)} turn 1m 01s model=m`,
      '  step 1.5s error finishReason=error',
      '    warn Slow disk',
      '    tool-call not closed',
      '',
    ].join('\n'),
  );
});

test('a turn is found by its id, and --json prints its lines as they are', async () => {
  const { stdout } = await runCommand(['logs', 'turn-b', '--json'], {
    env: { DISPATCH_DATA_DIR: dataFolder() },
  });
  expect(stdout).toBe(`${JSON.stringify(records[1])}\n${JSON.stringify(records[8])}\n`);
});

test('without an id it is the conversation that runs', async () => {
  const { url } = await fakeHost({
    conversations: [conversation({ conversationId: 'beta', status: 'running' })],
  });
  const { stdout } = await runCommand(['logs', '--data', dataFolder()], { url });
  expect(stdout).toBe(`${at(1)} turn 8ms\n`);
});

test('what is ambiguous, unknown or not there is said', async () => {
  const data = dataFolder();
  const ambiguous = await runCommand(['logs', 'turn', '--data', data]);
  expect(ambiguous).toMatchObject({ exitCode: 1, stdout: '' });
  expect(ambiguous.stderr).toBe(
    'dispatch: "turn" is the beginning of 2 ids:\n  turn-a\n  turn-b\n',
  );
  const unknown = await runCommand(['logs', 'zeta', '--data', data]);
  expect(unknown.stderr).toContain('holds nothing of an id that begins with "zeta"');
  const nowhere = await runCommand(['logs', 'a', '--data', join(data, 'nowhere')]);
  expect(nowhere.stderr).toContain('There is no journal here.');
});
