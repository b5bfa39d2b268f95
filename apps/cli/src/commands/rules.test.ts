import { expect, test } from 'vitest';
import { fakeHost, refuse } from '../__fixtures__/fake-host.ts';
import { runCommand } from '../__fixtures__/run-command.ts';

const rules = {
  configured: [{ name: 'rules[0]', rule: { decision: 'deny', command: 'rm *' } }],
  stored: [
    {
      ruleId: 'abc1',
      rule: { decision: 'allow', command: ['ls \u202e'] },
      conversationId: 'c',
      addedAt: '2026-01-01T00:00:00.000Z',
    },
    { ruleId: 'abd2', rule: {}, conversationId: 'c', addedAt: '2026-01-01T00:00:00.000Z' },
  ],
};
const explanation = {
  decision: 'deny',
  decidedBy: 'rules[0] {"decision":"deny","command":"rm *"}',
  reason: 'rules[0] denies "rm -rf x".',
  parts: [
    { kind: 'command', what: '"rm -rf x"', decision: 'deny', decidedBy: 'rules[0]' },
    { kind: 'file', what: '"> y"', path: '/repo/y', decision: 'ask', decidedBy: 'default: asked' },
  ],
  command: {
    commands: [
      { words: ['rm', '-rf', 'x y'], within: 'sh' },
      {
        words: [{ unknown: '$z' }],
        assignments: ['A=1'],
        redirections: [{ operator: '>', target: 'y' }],
      },
    ],
    unclear: ['what `$z` runs is not known'],
  },
};
const tool = (name: string, required: readonly string[]) => ({
  ...{ name, description: '', effect: 'unsafe', extension: 'e' },
  inputSchema: { type: 'object', required },
});
const answers = {
  'GET /rules': rules,
  'GET /tools': { tools: [tool('shell', ['command']), tool('write_file', ['path', 'text'])] },
  'POST /rules/explain': explanation,
  'DELETE /rules/abc1': 204,
};

test('rules are listed in the order in which they count, with nothing hidden', async () => {
  const { url } = await fakeHost({ answers });
  const { exitCode, stdout } = await runCommand(['rules'], { url });
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    'rules[0]  {"decision":"deny","command":"rm *"}',
    'abc1  {"decision":"allow","command":["ls \\u202e"]}',
    '  added 2026-01-01T00:00:00.000Z',
  ]);
  const json = await runCommand(['rules', 'list', '--json'], { url });
  expect(
    json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([...rules.configured, ...rules.stored]);
});

test('explain says what is decided, by what, and what was seen', async () => {
  const { url, requests } = await fakeHost({ answers });
  const command = 'sh -c "rm -rf x"; A=1 $z > y';
  const { exitCode, stdout } = await runCommand(['rules', 'explain', 'shell', command], { url });
  expect(exitCode).toBe(0);
  expect(requests.at(-1)).toBe(
    `POST /rules/explain ${JSON.stringify({ tool: 'shell', input: { command } })}`,
  );
  expect(stdout.split('\n')).toEqual([
    'deny   rules[0] {"decision":"deny","command":"rm *"}',
    '  rules[0] denies "rm -rf x".',
    'parts',
    '  deny   command "rm -rf x"',
    '         by rules[0]',
    '  ask    file "> y"',
    '         at /repo/y',
    '         by default: asked',
    'the parser saw',
    '  rm -rf "x y" (within sh)',
    '  A=1 ‹"$z"› > y',
    '  unclear: what `$z` runs is not known',
    '',
  ]);
  const json = await runCommand(['rules', 'explain', 'shell', '{"command":"ls"}', '--json'], {
    url,
  });
  expect(JSON.parse(json.stdout)).toEqual(explanation);
  await runCommand(['rules', 'explain', 'shell', 'ls', '--cwd', 'sub'], { url, cwd: '/project' });
  expect(requests.at(-1)).toContain('"cwd":"/project/sub"');
});

test.each([
  [['explain', 'write_file', 'a'], 'takes more than a text'],
  [['explain', 'shell', '{'], 'no JSON'],
  [['explain', 'shell'], 'Something is missing'],
  [['explian', 'shell', 'ls'], 'Did you mean `dispatch rules explain`?'],
])('%j is a wrong use', async (args, words) => {
  const { url } = await fakeHost({ answers });
  const { exitCode, stderr } = await runCommand(['rules', ...args], { url });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
});

test('a rule is removed by the beginning of its id', async () => {
  const missing = (response: Parameters<typeof refuse>[0]) =>
    refuse(response, 404, 'rule-not-found');
  const { url, requests } = await fakeHost({
    answers: { ...answers, 'DELETE /rules/zzz': missing },
  });
  const removed = await runCommand(['rules', 'remove', 'abc'], { url });
  expect(removed).toMatchObject({ exitCode: 0, stdout: 'Removed abc1.\n' });
  expect(requests.at(-1)).toBe('DELETE /rules/abc1');
  const several = await runCommand(['rules', 'remove', 'ab'], { url });
  expect([several.exitCode, several.stderr]).toEqual([1, expect.stringContaining('several ids')]);
  const none = await runCommand(['rules', 'remove', 'zzz'], { url });
  expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining('rule-not-found')]);
});
