import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freshDatabaseUrl } from '../fresh-database.ts';
import { type HostProcess, startHost } from './host-process.ts';
import { chat, request, type SeenEvent } from './http.ts';

let host: HostProcess;
/** Of the same system, on the same machine. */
let neighbour: HostProcess;
let folder: string;
let cwd: string;

beforeAll(async () => {
  const environment = { DATABASE_URL: await freshDatabaseUrl() };
  const options = { args: ['--approvals', 'auto'], environment };
  [host, neighbour] = await Promise.all([startHost(options), startHost(options)]);
});

afterAll(async () => {
  for (const one of [host, neighbour]) {
    await one.stop();
    rmSync(one.dataDir, { recursive: true, force: true });
  }
});

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-files-')));
  cwd = join(folder, 'repo');
  mkdirSync(cwd);
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other', 'secret'), 'secret');
  writeFileSync(join(cwd, 'a.txt'), 'one\ntwo\nthree\n');
  return () => rmSync(folder, { recursive: true });
});

type Call = readonly [tool: string, input: object];

/** Plays calls one after the other, each in a step of its own, and then `last`. */
const script = (calls: readonly Call[], ...last: object[]) =>
  JSON.stringify([
    ...calls.flatMap(([tool, input]) => [{ tool, input }, { next: true }]),
    ...last,
    { text: 'Done.' },
  ]);

const play = (
  conversationId: string,
  calls: readonly Call[],
  { on = host, last = [] }: { on?: HostProcess; last?: object[] } = {},
) => chat(on.url, { conversationId, cwd, message: script(calls, ...last) });

/** What the model was told, call by call. */
function results(events: readonly SeenEvent[]): { isError: boolean; text: string }[] {
  return events
    .filter(({ type }) => type === 'tool-result')
    .map((event) => ({
      isError: event.isError === true,
      text: ((event.content ?? event.output ?? []) as { text?: string }[])
        .map((part) => part.text ?? '')
        .join('\n'),
    }));
}

test('a model lists, reads, writes and edits what is in its folder', async () => {
  const turn = await play('work', [
    ['list_dir', {}],
    ['read_file', { path: 'a.txt' }],
    [
      'edit_file',
      {
        path: 'a.txt',
        edits: [
          { old: 'two', new: '2' },
          { old: 'three', new: '3' },
        ],
      },
    ],
    ['edit_file', { path: 'a.txt', pattern: '(\\d)', replacement: 'number $1', expect: 2 }],
    ['write_file', { path: 'deep/b.txt', content: 'b\n' }],
    ['list_dir', { path: 'deep' }],
  ]);
  const said = results(await turn.rest());
  expect(said.filter(({ isError }) => isError)).toEqual([]);
  expect(said.map(({ text }) => text)).toEqual([
    'a.txt',
    'one\ntwo\nthree\n',
    expect.stringContaining('2 places'),
    expect.stringContaining('2 places'),
    expect.stringContaining('1 line'),
    'b.txt',
  ]);
  expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('one\nnumber 2\nnumber 3\n');
  expect(readFileSync(join(cwd, 'deep/b.txt'), 'utf8')).toBe('b\n');
});

test('nothing leads out of the folder, in mode auto either', async () => {
  symlinkSync('../other', join(cwd, 'up'));
  symlinkSync('../other/new', join(cwd, 'hanging'));
  const outside: Call[] = [
    ['read_file', { path: '../other/secret' }],
    ['read_file', { path: 'up/secret' }],
    ['list_dir', { path: '/' }],
    ['write_file', { path: 'up/new', content: 'x' }],
    ['write_file', { path: 'hanging', content: 'x' }],
    ['edit_file', { path: join(folder, 'other/secret'), edits: [{ old: 'secret', new: 'x' }] }],
  ];
  const refused = results(await (await play('confined', outside)).rest());
  expect(refused).toHaveLength(outside.length);
  for (const { isError, text } of refused) {
    expect(isError).toBe(true);
    expect(text).toMatch(/leads out.*request_access/);
  }
  expect(readFileSync(join(folder, 'other/secret'), 'utf8')).toBe('secret');
  expect(existsSync(join(folder, 'other/new'))).toBe(false);
});

test('a write is refused where the file was not read, or changed since, with what changed', async () => {
  const first = await play('guarded', [
    ['write_file', { path: 'a.txt', content: 'mine' }],
    ['read_file', { path: 'a.txt' }],
  ]);
  const [unread] = results(await first.rest());
  expect(unread).toMatchObject({ isError: true, text: expect.stringContaining('read_file') });
  writeFileSync(join(cwd, 'a.txt'), 'one\nTWO\nthree\n');
  const second = await play('guarded', [
    ['write_file', { path: 'a.txt', content: 'mine' }],
    ['edit_file', { path: 'a.txt', edits: [{ old: 'one', new: '1' }] }],
  ]);
  for (const { isError, text } of results(await second.rest())) {
    expect(isError).toBe(true);
    expect(text).toContain('-two\n+TWO');
  }
  expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('one\nTWO\nthree\n');
});

test('what is large, odd or no file at all is told by what to do instead, and soon', async () => {
  const huge = openSync(join(cwd, 'huge.log'), 'w');
  writeSync(huge, `${'x'.repeat(9000)}\nsecond\n`);
  ftruncateSync(huge, 2 ** 31);
  closeSync(huge);
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  writeFileSync(join(cwd, 'latin1'), Buffer.from('caf\xe9\n', 'latin1'));
  mkdirSync(join(cwd, 'many'));
  for (let index = 0; index < 600; index++) writeFileSync(join(cwd, 'many', `f${index}`), '');
  const edits = [{ old: 'a', new: 'b' }];
  const turn = await play('odd', [
    ['read_file', { path: 'huge.log', offset: 2, limit: 1 }],
    ['edit_file', { path: 'huge.log', edits }],
    ['read_file', { path: 'pipe' }],
    ['read_file', { path: 'latin1' }],
    ['edit_file', { path: 'latin1', edits }],
    ['list_dir', { path: 'many' }],
    ['read_file', { path: 'many' }],
    ['read_file', { path: 'a.txt', offset: 'two' }],
    ['list_dir', { path: 'many', offset: 501 }],
  ]);
  expect(results(await turn.rest()).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^second\n[\s\S]*offset 3 \(the file has 2147483648 bytes\)/),
    expect.stringContaining('at most'),
    expect.stringContaining('a pipe'),
    expect.stringContaining('not valid UTF-8'),
    expect.stringContaining('not valid UTF-8'),
    expect.stringMatching(/600 entries: go on with offset 501/),
    expect.stringContaining('list_dir'),
    expect.stringContaining('offset'),
    expect.stringMatching(/^f549\n/),
  ]);
});

test.each(['one host', 'two hosts'])(
  'two conversations of %s on the same file are both told, and neither is stopped',
  async (where) => {
    const names = [`first of ${where}`, `second of ${where}`].map((name) =>
      name.replaceAll(' ', '-'),
    );
    const [first = '', second = ''] = names;
    const edit = (old: string, young: string): Call => [
      'edit_file',
      { path: 'a.txt', edits: [{ old, new: young }] },
    ];
    const waiting = { text: 'Waiting.', deltas: 1, delayMs: 3000 };
    const turn = await play(first, [edit('one', '1')], { last: [waiting] });
    await turn.until('tool-result');
    const on = where === 'one host' ? host : neighbour;
    const other = await play(second, [edit('three', '3')], { on });
    const [one, two] = await Promise.all([turn.until('collision'), other.rest()]);
    const path = join(cwd, 'a.txt');
    expect(one.at(-1)).toMatchObject({
      type: 'collision',
      path,
      severity: 'adjacent-line',
      others: [{ conversationId: second, lines: [[3, 3]] }],
    });
    expect(two.find(({ type }) => type === 'collision')).toMatchObject({
      path,
      severity: 'adjacent-line',
      others: [{ conversationId: first, lines: [[1, 1]] }],
    });
    expect(results(two)).toMatchObject([{ isError: false }]);
    await request(`${host.url}/conversations/${first}/abort`, 'POST');
    expect(readFileSync(path, 'utf8')).toBe('1\ntwo\n3\n');
  },
);

test('a person lets a conversation read a folder outside, and is not asked again for what lies in it', async () => {
  const asking = await startHost({ args: ['--approvals', 'ask'] });
  try {
    const outside = join(folder, 'other');
    const turn = await chat(asking.url, {
      cwd,
      message: script([
        ['request_access', { path: outside, reason: 'to read the secret' }],
        ['read_file', { path: '../other/secret' }],
        ['list_dir', { path: outside }],
      ]),
    });
    const before = await turn.until('approval-request');
    expect(before.at(-1)).toMatchObject({ name: 'request_access', input: { path: outside } });
    const answer = { decision: 'allow' };
    await request(`${asking.url}/approvals/${before.at(-1)?.approvalId}`, 'POST', answer);
    const events = await turn.rest();
    expect(events.filter(({ type }) => type === 'approval-request')).toEqual([]);
    expect(results(events)).toEqual([
      { isError: false, text: expect.stringContaining('Granted') },
      { isError: false, text: 'secret' },
      { isError: false, text: 'secret' },
    ]);
  } finally {
    await asking.stop();
    rmSync(asking.dataDir, { recursive: true, force: true });
  }
});
