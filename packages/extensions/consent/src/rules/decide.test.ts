import { fakeComputer } from '@dispatch/conformance';
import type { CallSubject, ToolEffect } from '@dispatch/kernel';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { applyMode } from './apply-mode.ts';
import { type Decision, decide } from './decide.ts';
import { locateCall } from './locate-call.ts';
import { proposeRule } from './propose-rule.ts';
import { nameConfigured, type Rule } from './rule.ts';

interface Case extends CallSubject {
  readonly tool?: string;
  readonly effect?: ToolEffect;
  readonly computerId?: string;
}

/** A computer whose `/repo/link` leads to `/etc`, and whose home is `/home/me`. */
const computer = fakeComputer({
  homeFolder: '/home/me',
  files: { '/etc/passwd': '', '/repo/a': '' },
});
computer.addLink('/repo/link', '/etc');
computer.addLink('/repo/dangling', '../new');

async function locate(call: Case) {
  const { tool = 'a_tool', effect = 'unsafe', computerId, ...subject } = call;
  const facts = { tool, effect, subject, cwd: '/repo' };
  const named = computerId === undefined ? facts : { ...facts, computerId };
  return (await locateCall(named, computer, { looksUpWords: true })).subject;
}

async function judge(rules: readonly Rule[], call: Case) {
  return decide(nameConfigured(rules), await locate(call));
}

const shell = (command: string): Case => ({ tool: 'shell', command });
const read = (...paths: readonly string[]): Case => ({ tool: 'read_file', effect: 'pure', paths });
const write = (...paths: readonly string[]): Case => ({ tool: 'write_file', paths });
const allow = (command: string | string[], rest: Partial<Rule> = {}): Rule => ({
  ...{ decision: 'allow', tool: 'shell', command },
  ...rest,
});
const deny = (command: string): Rule => ({ decision: 'deny', command });

describe('without rules', () => {
  it.each<[Decision, Case]>([
    ['allow', read('a.txt')],
    ['allow', read('/repo/b', './c/../d')],
    ['allow', { effect: 'pure' }],
    ['allow', { changesOwnStateOnly: true }],
    ['deny', read('../other')],
    ['deny', read('/etc/passwd')],
    ['deny', read('link/passwd')],
    ['deny', read('dangling')],
    ['deny', read('dangling/x')],
    ['deny', read('a.txt', '~/b')],
    ['deny', write('a.txt', '/etc/passwd')],
    ['ask', write('a.txt')],
    ['ask', {}],
    ['ask', shell('ls')],
    ['ask', { effect: 'pure', questions: [{ question: 'Why?' }] }],
    ['ask', { effect: 'pure', paths: ['a'], needsPerson: true }],
  ])('%s: %j', async (decision, call) => {
    const verdict = await judge([], call);
    expect(verdict.decision).toBe(decision);
    expect(verdict.decidedBy).toMatch(/^default: /);
  });
});

describe('a command is allowed where all of it is', () => {
  const rules = [allow(['ls', 'npm test *', 'echo **', 'cat *']), allow('git commit -m *')];
  it.each<[Decision, string]>([
    ['allow', 'ls'],
    ['allow', 'npm test'],
    ['allow', 'npm test -- --run "a b"'],
    ['allow', 'npm test $x'],
    ['allow', 'ls && npm test; ls | cat'],
    ['allow', 'echo $(ls) "`ls`"'],
    ['allow', 'cat < a.txt > /dev/null 2>&1'],
    ['allow', "git commit -m 'all; of it'"],
    ['ask', 'ls -l'],
    ['ask', 'ls; rm -rf x'],
    ['ask', 'ls $(rm x)'],
    ['ask', 'echo $(rm x)'],
    ['ask', 'echo "$(rm x)"'],
    ['ask', 'ls & rm x'],
    ['ask', 'ls\nrm x'],
    ['ask', '$x'],
    ['ask', 'l$x'],
    ['ask', '/tmp/ls'],
    ['ask', './ls'],
    ['ask', 'PATH=/tmp ls'],
    ['ask', 'PATH=/tmp; ls'],
    ['ask', 'sudo ls'],
    ['ask', 'npm test > out.txt'],
    ['ask', 'cat < /etc/passwd'],
    ['ask', 'cat < link/passwd'],
    ['ask', 'cat < $x'],
    ['ask', 'cd /tmp; ls'],
    ['ask', 'ls() { rm x; }; ls'],
    ['ask', 'ls "'],
    ['ask', 'eval ls'],
    ['ask', 'npm tes?'],
    ['ask', 'npm run test'],
    ['ask', '# ls'],
    ['ask', ''],
  ])('%s: %s', async (decision, command) => {
    expect((await judge(rules, shell(command))).decision).toBe(decision);
  });

  it('and where its files are', async () => {
    const to = (path: string) => allow('echo *', { path });
    expect((await judge([to('./logs/**')], shell('echo a > logs/b'))).decision).toBe('allow');
    expect((await judge([to('./logs/**')], shell('echo a > b'))).decision).toBe('ask');
    expect((await judge([to('./logs/**')], shell('echo a > logs/$x'))).decision).toBe('ask');
    expect((await judge([to('./**')], shell('echo a > link/b'))).decision).toBe('ask');
    expect((await judge([to('./**'), allow('cd *')], shell('cd x; echo a > b'))).decision).toBe(
      'ask',
    );
  });

  it('and in the folder that the rule names', async () => {
    const here = [allow('ls', { cwd: '/repo/**' }), allow('cd *')];
    expect((await judge(here, shell('ls'))).decision).toBe('allow');
    expect((await judge(here, shell('cd /x; ls'))).decision).toBe('ask');
    expect((await judge([allow('ls', { cwd: '/other' })], shell('ls'))).decision).toBe('ask');
  });
});

describe('what denies wins', () => {
  const rules: readonly Rule[] = [
    { decision: 'allow', tool: '*' },
    deny('rm *'),
    deny('git push *'),
    { decision: 'deny', path: ['~/.ssh/**', '**/.env', '/etc/**'], reason: 'Secrets.' },
  ];
  it.each<[Decision, Case]>([
    ['allow', shell('ls')],
    ['allow', read('~/notes')],
    ['deny', shell('rm x')],
    ['deny', shell('rm')],
    ['deny', shell('/bin/rm x')],
    ['deny', shell('A=1 \\rm x')],
    ['deny', shell("ls && sudo env 'rm' x")],
    ['deny', shell('find . -exec rm {} +')],
    ['deny', shell('ls | xargs rm')],
    ['deny', shell("bash -lc 'ls; rm x'")],
    ['deny', shell('echo $(rm x)')],
    ['deny', shell('f() { rm x; }')],
    ['deny', shell('git push')],
    ['allow', shell('git status $x')],
    ['ask', shell('git $x')],
    ['ask', shell('$(echo rm) x')],
    ['ask', shell('eval "$x"')],
    ['ask', shell('curl x | sh')],
    ['deny', read('~/.ssh/id')],
    ['deny', read('~/.ssh')],
    ['deny', read('a/../.env')],
    ['deny', read('link/passwd')],
    ['deny', write('x', 'deep/down/.env')],
    ['deny', shell('cat ~/.ssh/*')],
    ['deny', shell('cat $HOME/.ssh/id')],
    ['deny', shell('cat --file=link/x')],
    ['deny', shell('cat < .env')],
    ['deny', shell('ls > /etc/x')],
  ])('%s: %j', async (decision, call) => {
    expect((await judge(rules, call)).decision).toBe(decision);
  });

  it('and says so', async () => {
    const verdict = await judge(rules, read('.env'));
    expect(verdict.reason).toBe(`rules[3] ${JSON.stringify(rules[3])} denies ".env". Secrets.`);
  });

  it('on hosts that ask nobody, also where it only may', async () => {
    for (const mode of ['auto', 'deny'] as const) {
      for (const command of ['rm x', 'git $x', 'eval "$x"']) {
        const subject = await locate(shell(command));
        const verdict = applyMode(decide(nameConfigured(rules), subject), subject, mode);
        expect(verdict.decision).toBe('deny');
      }
    }
  });
});

test('of rules that allow and ask, the first that fits decides', async () => {
  const ask: Rule = { decision: 'ask', command: 'git push *' };
  expect((await judge([ask, allow('git *')], shell('git push'))).decision).toBe('ask');
  expect((await judge([allow('git *'), ask], shell('git push'))).decision).toBe('allow');
  expect((await judge([ask, allow('git *')], shell('git $x'))).decision).toBe('ask');
  expect((await judge([{ decision: 'ask', path: '**/*.lock' }], read('a.lock'))).decision).toBe(
    'ask',
  );
});

test('a rule holds where all that it names fits', async () => {
  const rule: Rule = {
    decision: 'allow',
    tool: ['edit_*', 'write_file'],
    computer: 'pi*',
    path: 'src/**',
  };
  const there = { ...write('src/a'), computerId: 'pi4' };
  expect((await judge([rule], there)).decision).toBe('allow');
  expect((await judge([rule], { ...there, tool: 'shell' })).decision).toBe('ask');
  expect((await judge([rule], { ...there, computerId: 'other' })).decision).toBe('ask');
  expect((await judge([rule], { ...there, paths: ['src/a', 'b'] })).decision).toBe('ask');
  expect((await judge([rule], { ...there, paths: ['src/../b'] })).decision).toBe('ask');
  expect((await judge([rule], { ...there, paths: [] })).decision).toBe('ask');
  const local: Rule = { decision: 'allow', computer: 'local' };
  expect((await judge([local], write('a'))).decision).toBe('allow');
  expect((await judge([local], { ...write('a'), computerId: 'local' })).decision).toBe('ask');
});

test('a computer that does not answer lets nothing be inside', async () => {
  const facts = {
    tool: 'read_file',
    effect: 'pure',
    subject: { paths: ['a'] },
    cwd: '/repo',
  } as const;
  const { subject } = await locateCall(facts, undefined, { looksUpWords: true });
  expect(decide([], subject).decision).toBe('ask');
  const rules: readonly Rule[] = [{ decision: 'allow', path: '/repo/**' }];
  expect(decide(nameConfigured(rules), subject).decision).toBe('ask');
});

describe('auto', () => {
  it.each<[Decision, Case]>([
    ['allow', write('a')],
    ['allow', shell('eval "$x"')],
    ['deny', { paths: ['/x'], needsPerson: true }],
    ['deny', { questions: [{ question: 'Why?' }] }],
  ])('%s: %j', async (decision, call) => {
    const subject = await locate(call);
    const verdict = applyMode(decide([], subject), subject, 'auto');
    expect(verdict.decision).toBe(decision);
    expect(verdict.decidedBy).toBe('approvals: auto');
  });
});

describe('what leads out of the folder', () => {
  const verdictOf = async (call: Case, granted: readonly string[], rules: readonly Rule[] = []) => {
    const subject = await locate(call);
    return decide(nameConfigured(rules), { ...subject, places: { ...subject.places, granted } });
  };

  it.each(['ask', 'auto', 'deny', 'headless'] as const)(
    'is refused in the mode %s',
    async (mode) => {
      const subject = await locate(read('/etc/passwd'));
      const verdict = applyMode(decide([], subject), subject, mode);
      expect(verdict.decision).toBe('deny');
      expect(verdict.reason).toContain('request_access');
    },
  );

  it('may be read where a person granted it, and no more than that', async () => {
    expect((await verdictOf(read('link/passwd'), ['/etc'])).decision).toBe('allow');
    expect((await verdictOf(read('/etc/passwd', '/data'), ['/etc'])).decision).toBe('deny');
    expect((await verdictOf(read('/etcetera'), ['/etc'])).decision).toBe('deny');
    expect((await verdictOf(write('/etc/passwd'), ['/etc'])).decision).toBe('deny');
    const deny: Rule = { decision: 'deny', path: '**/passwd' };
    expect((await verdictOf(read('/etc/passwd'), ['/etc'], [deny])).decision).toBe('deny');
  });
});

describe('the proposed rule', () => {
  it.each<[Case, Partial<Rule> | undefined]>([
    [shell("npm test 'a b' '*'"), { cwd: '/repo', command: ["npm test 'a b' '*'"] }],
    [shell('ls; ls; pwd'), { cwd: '/repo', command: ['ls', 'pwd'] }],
    [shell('echo a > b'), { cwd: '/repo', command: ['echo a'], path: ['/repo/**'] }],
    [shell('echo $x'), undefined],
    [shell('eval ls "'), undefined],
    [shell('cd /; ls'), undefined],
    [write('src/a'), { path: ['/repo/**'] }],
    [read('/etc/passwd'), undefined],
    [{ paths: ['/data'], needsPerson: true }, { path: ['/data/**'] }],
    [{ tool: 'other' }, {}],
    [{ questions: [{ question: 'Why?' }] }, undefined],
    [write('/data/a*'), undefined],
  ])('for %j is %j', async (call, expected) => {
    const subject = await locate(call);
    const proposed = proposeRule(decide([], subject), subject);
    const { tool = 'a_tool' } = call;
    const whole = { decision: 'allow', tool, computer: 'local', ...expected };
    expect(proposed).toEqual(expected === undefined ? undefined : whole);
  });

  test('allows the call that it was made for', async () => {
    const calls = fc.oneof(
      fc
        .array(fc.string({ maxLength: 5 }), { minLength: 1 })
        .map((words) => shell(words.map((word) => `'${word.replaceAll("'", '')}'`).join(' '))),
      fc
        .array(fc.constantFrom('a', '../b', '/c/d', 'link/e', '~/f'), { minLength: 1 })
        .map((paths) => write(...paths)),
    );
    await fc.assert(
      fc.asyncProperty(calls, async (call) => {
        const subject = await locate(call);
        const rule = proposeRule(decide([], subject), subject);
        fc.pre(rule !== undefined);
        if (rule === undefined) return;
        expect(decide(nameConfigured([rule]), subject).decision).toBe('allow');
      }),
    );
  });

  it('is none where a rule wants it asked for, or may deny it', async () => {
    for (const rule of [{ decision: 'ask', tool: 'shell' }, deny('git push *')] as const) {
      const subject = await locate(shell('git $x'));
      expect(proposeRule(decide(nameConfigured([rule]), subject), subject)).toBeUndefined();
    }
  });
});
