import {
  extensionConformance,
  type FakeComputer,
  fakeComputer,
  fakeFiles,
  toolConformance,
  virtualRuntime,
} from '@dispatch/conformance';
import type { JsonObject } from '@dispatch/kernel';
import { type FakeToolContextParts, fakeToolContext } from '@dispatch/kernel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import extension, { createEditFileTool } from './index.ts';

const cwd = '/home/user/work';
const makeComputer = () => fakeComputer({ files: { [`${cwd}/a.txt`]: 'one\ntwo\nthree\n' } });

extensionConformance('tool-edit-file', extension, () => ({
  needed: { files: fakeFiles(makeComputer()) },
}));

toolConformance(
  'edit_file',
  () => ({
    tool: createEditFileTool({ files: fakeFiles(makeComputer()), runtime: virtualRuntime() }),
    cwd,
  }),
  {
    valid: [{ path: 'a.txt', pattern: 't(wo|hree)', replacement: '$&', expect: 2 }],
    invalid: [
      {},
      null,
      { path: 'a' },
      { path: 'a', edits: [] },
      { path: '', edits: [{ old: 'a', new: 'b' }] },
      { path: 'a', edits: [{ old: '', new: 'b' }] },
      { path: 'a', edits: [{ old: 'b', new: 'b' }] },
      { path: 'a', edits: [{ old: 'a' }] },
      { path: 'a', edits: { old: 'a', new: 'b' } },
      { path: 'a', pattern: 'a' },
      { path: 'a', pattern: 'a', replacement: 'b' },
      { path: 'a', pattern: 'a', replacement: 'b', expect: 0 },
      { path: 'a', pattern: 'a', replacement: 'b', expect: 1, flags: 'x' },
      { path: 'a', pattern: 'a', replacement: 'b', expect: 1, edits: [{ old: 'a', new: 'b' }] },
      { path: 'a', pattern: 'a'.repeat(1001), replacement: 'b', expect: 1 },
    ],
  },
);

let computer: FakeComputer;
let files: ReturnType<typeof fakeFiles>;
beforeEach(() => {
  computer = makeComputer();
  files = fakeFiles(computer);
});

const textOf = async (name = 'a.txt') =>
  Buffer.from(await computer.readFile(`${cwd}/${name}`)).toString();
const put = (name: string, text: string | Uint8Array) =>
  computer.writeFile(`${cwd}/${name}`, Buffer.from(text));

async function run(input: JsonObject, parts: Partial<FakeToolContextParts> = {}, from = files) {
  const call = createEditFileTool({ files: from, runtime: virtualRuntime() }).prepare(input);
  if (!call.ok) throw new Error(call.message);
  const signal = new AbortController().signal;
  const context = fakeToolContext({ signal, cwd, conversationId: 'c1', ...parts });
  const { content, isError = false } = await call.run(context);
  const [part] = content;
  return { isError, text: part?.type === 'text' ? part.text : '', steps: context.recordedSteps };
}
const edit = (...edits: { old: string; new: string; all?: boolean }[]) =>
  run({ path: 'a.txt', edits });

describe('edits', () => {
  it('makes several in one call, and says where', async () => {
    const made = await edit(
      { old: 'one\n', new: 'one\none and a half\n' },
      { old: 'three', new: '3' },
    );
    expect(made).toMatchObject({
      isError: false,
      text: 'Edited a.txt in 2 places, now lines 1-2, 4.',
    });
    expect(await textOf()).toBe('one\none and a half\ntwo\n3\n');
  });

  it('makes none where one of them misses, and says of each what is wrong', async () => {
    const refused = await edit(
      { old: 'one', new: '1' },
      { old: 'tow', new: '2' },
      { old: 'e', new: 'E' },
    );
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/edits\[1\].*not in the file[\s\S]*edits\[2\].*places/);
    expect(await textOf()).toBe('one\ntwo\nthree\n');
  });

  it('looks for each in the file as it is, and refuses two of the same text', async () => {
    expect((await edit({ old: 'one', new: 'two' }, { old: 'two', new: 'one' })).isError).toBe(
      false,
    );
    expect(await textOf()).toBe('two\none\nthree\n');
    const refused = await edit({ old: 'two\none', new: 'x' }, { old: 'one\nthree', new: 'y' });
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('same text') });
  });

  it('keeps line ends and a byte order mark', async () => {
    await put('a.txt', '\ufeffone\r\ntwo\r\nthree\r\n');
    await edit({ old: 'two\nthree', new: '2\n2.5\n3' });
    expect(await textOf()).toBe('\ufeffone\r\n2\r\n2.5\r\n3\r\n');
  });

  it('says where it did not take the text by its letter', async () => {
    expect((await edit({ old: '  two  ', new: '  2' })).text).toContain('Indentation');
    expect(await textOf()).toBe('one\n2\nthree\n');
  });
});

describe('a pattern', () => {
  const replace = (pattern: string, replacement: string, expected: number, flags = '') =>
    run({ path: 'a.txt', pattern, replacement, expect: expected, flags });

  it('replaces all its matches, with what it matched', async () => {
    await put('a.txt', 'const a = 1;\nconst b = 2;\n');
    const made = await replace('^const (?<name>\\w) = (\\d);$', '$<name>: $2, // $$ $&', 2, 'm');
    expect(made.text).toContain('2 places, now lines 1, 2');
    expect(await textOf()).toBe('a: 1, // $ const a = 1;\nb: 2, // $ const b = 2;\n');
  });

  it('knows its flags', async () => {
    expect((await replace('ONE', '1', 1)).isError).toBe(true);
    expect((await replace('ONE.TWO', '1-2', 1, 'gis')).isError).toBe(false);
    expect(await textOf()).toBe('1-2\nthree\n');
  });

  it('changes nothing where the number of matches is another, and says where they are', async () => {
    expect(await replace('t', 'T', 1)).toMatchObject({
      isError: true,
      text: expect.stringMatching(/more than 1 places \(lines 2, 3\), not in 1/),
    });
    expect((await replace('t', 'T', 3)).text).toContain('in 2 places (lines 2, 3), not in 3');
    expect((await replace('q', 'T', 1)).text).toContain('in 0 places, not in 1');
    expect(await textOf()).toBe('one\ntwo\nthree\n');
  });

  it('tells what is wrong with a pattern or a replacement', async () => {
    expect((await replace('(', '', 1)).text).toContain('RE2');
    expect((await replace('o(?=n)', '', 1)).text).toContain('lookaround');
    expect((await replace('(o)\\1', '', 1)).text).toContain('backreferences');
    expect((await replace('((a{500}){500}){500}', '', 1)).isError).toBe(true);
    expect((await replace('one', '$1', 1)).text).toContain('$1');
    expect((await replace('one', '$<x>', 1)).text).toContain('$<x>');
  });

  it.each([
    ['(a*)*b', 'a'],
    ['(a|aa)+$', 'a'],
    ['(\\w+\\s?)+!', 'word '],
  ])(
    '%s comes to an end on a text that would keep a backtracking engine for ever',
    async (pattern, unit) => {
      await put('a.txt', `${unit.repeat(20_000)}\n.`);
      expect((await replace(pattern, '', 1)).isError).toBe(true);
    },
  );

  it('refuses what would keep the host busy', async () => {
    await put('a.txt', 'x'.repeat(100_000));
    expect((await replace('(x|y|\\w){200}z', '', 1)).text).toContain('too large');
  });

  it('gives up on many matches that each look through all of the file', async () => {
    await put('a.txt', 'a'.repeat(20_000));
    let now = 0;
    // Each look at the clock finds that the search took a while.
    const slow = { now: () => (now += 15), sleep: async () => {} };
    const tool = createEditFileTool({ files, runtime: slow });
    const call = tool.prepare({ path: 'a.txt', pattern: 'a', replacement: 'b', expect: 10_000 });
    if (!call.ok) throw new Error(call.message);
    const running = call.run(fakeToolContext({ signal: new AbortController().signal, cwd }));
    expect(await running).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('too long') }],
    });
  });
});

describe('what it refuses', () => {
  it('files that are missing, folders, binary, too large, not UTF-8, or outside', async () => {
    computer.addFolder(`${cwd}/folder`);
    await put('latin1', Buffer.from('caf\xe9', 'latin1'));
    await put('binary', 'a\0b');
    await put('large', Buffer.alloc(8 * 1024 * 1024 + 1, 'a'));
    const cases = [
      ['none', 'write_file'],
      ['folder', 'list_dir'],
      ['latin1', 'not valid UTF-8'],
      ['binary', 'binary'],
      ['large', 'at most'],
      ['../b', 'request_access'],
    ] as const;
    for (const [path, words] of cases) {
      const refused = await run({ path, edits: [{ old: 'a', new: 'b' }] });
      expect(refused).toMatchObject({ isError: true, text: expect.stringContaining(words) });
    }
  });

  it('a file that changed since it was read, even where the edit would fit', async () => {
    await edit({ old: 'one', new: '1' });
    await put('a.txt', '1\ntwo\nthree\nfour\n');
    const refused = await edit({ old: 'two', new: '2' });
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('changed') });
    expect(await textOf()).toBe('1\ntwo\nthree\nfour\n');
  });
});

describe('a call that its host was lost in', () => {
  const input = { path: 'a.txt', edits: [{ old: 'one', new: 'one one' }] };

  it('is not made twice', async () => {
    const first = await run(input);
    const again = await run(input, { earlierSteps: first.steps }, fakeFiles(computer));
    expect(again).toMatchObject({ isError: false, text: first.text });
    expect(await textOf()).toBe('one one\ntwo\nthree\n');
  });

  it('is made where it was decided and not yet written', async () => {
    const full = Object.assign(new Error('lost'), { code: 'EIO' });
    const lost = await run(
      input,
      {},
      fakeFiles({ ...computer, writeFile: () => Promise.reject(full) }),
    );
    expect(lost.steps).toHaveLength(1);
    const again = await run(input, { earlierSteps: lost.steps });
    expect(again.isError).toBe(false);
    expect(await textOf()).toBe('one one\ntwo\nthree\n');
  });

  it('is not made where someone else wrote meanwhile', async () => {
    const first = await run(input);
    await put('a.txt', 'theirs one\n');
    const again = await run(input, { earlierSteps: first.steps }, fakeFiles(computer));
    expect(again).toMatchObject({ isError: true, text: expect.stringContaining('interrupted') });
    expect(await textOf()).toBe('theirs one\n');
  });
});

it('says what it touches', () => {
  const tool = createEditFileTool({ files, runtime: virtualRuntime() });
  expect(tool.subjectOf?.({ path: 'b', edits: [{ old: 'a', new: 'b' }] })).toEqual({
    paths: ['b'],
  });
});
