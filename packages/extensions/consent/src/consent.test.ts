import { extensionConformance, memoryStore } from '@dispatch/conformance';
import { beforeEach, describe, expect, it, test } from 'vitest';
import {
  newSystem,
  type System,
  startHost,
  startTurn,
  turn,
} from './__fixtures__/consenting-host.ts';
import extension from './index.ts';

extensionConformance('consent', extension, () => {
  const { store, records } = memoryStore();
  const inventory = { extensions: () => [], tools: () => [] };
  return { needed: { store, records, inventory, computer: [] } };
});

let system: System;
beforeEach(async () => {
  system = newSystem();
  await startTurn(system);
});

test.each([
  [{ rules: [{ decision: 'maybe' }] }, 'decision'],
  [{ rules: [{ decision: 'allow', tools: 'x' }] }, 'tools'],
  [{ rules: [{ decision: 'allow', path: [] }] }, 'path'],
  [{ approvals: 'never' }, 'approvals'],
])('options that it does not take are named: %j', (options, name) => {
  expect(() => extension.checkOptions?.(options)).toThrow(name);
});

test('each decision is a span that names its rule', async () => {
  const rules = [{ decision: 'deny', tool: 'shell', command: 'rm *' }];
  const host = await startHost(system, { rules });
  await host.call({ subject: { command: 'rm x' } }).decision;
  await host.call({ name: 'read_file', effect: 'pure', subject: { paths: ['a'] } }).decision;
  const [first, second] = host.context.records.filter(({ type }) => type === 'span-close');
  expect(first?.attributes).toEqual({
    decision: 'deny',
    decidedBy: `rules[0] ${JSON.stringify(rules[0])}`,
  });
  expect(second?.attributes).toEqual({
    decision: 'allow',
    decidedBy: "default: what lies in the conversation's folder may be read",
  });
});

test('nothing that needs no rule costs a statement', async () => {
  const host = await startHost(system);
  system.memory.failNext('records.list');
  const call = host.call({ name: 'read_file', effect: 'pure', subject: { paths: ['a'] } });
  expect(await call.decision).toEqual({ decision: 'allow' });
});

describe('a tool gets out of its folder', () => {
  const reach = { conversationId: turn.conversationId, tool: 'read_file', path: '/data/x' };

  it.each<[boolean, readonly object[]]>([
    [false, []],
    [false, [{ decision: 'allow' }]],
    [false, [{ decision: 'allow', tool: 'read_file' }]],
    [true, [{ decision: 'allow', path: '/data/**' }]],
    [true, [{ decision: 'allow', tool: 'read_*', computer: 'local', path: ['/a', '../data/*'] }]],
    [true, [{ decision: 'allow', cwd: '/repo', path: '/data/**' }]],
    [false, [{ decision: 'allow', cwd: '/other', path: '/data/**' }]],
    [false, [{ decision: 'allow', tool: 'write_file', path: '/data/**' }]],
    [false, [{ decision: 'allow', computer: 'pi', path: '/data/**' }]],
    [false, [{ decision: 'allow', path: '/dat/**' }]],
    [
      false,
      [
        { decision: 'allow', path: '/data/**' },
        { decision: 'deny', path: '**/x' },
      ],
    ],
    [
      false,
      [
        { decision: 'ask', path: '/data/x' },
        { decision: 'allow', path: '/data/**' },
      ],
    ],
  ])('%s, by %j', async (isAllowed, rules) => {
    for (const approvals of ['ask', 'auto', 'deny']) {
      const options = { rules: rules.map((rule) => ({ ...rule })), approvals };
      const host = await startHost(system, JSON.parse(JSON.stringify(options)));
      expect(await host.access.mayReach(reach)).toBe(isAllowed);
    }
  });

  it('by a person, where a rule has it asked for, for the very call, while it runs', async () => {
    const host = await startHost(system, { rules: [{ decision: 'ask', path: '/data/**' }] });
    const options = { name: 'read_file', effect: 'pure', subject: { paths: ['/data/x'] } } as const;
    const call = host.call(options);
    await system.runtime.advance(1);
    const approvalId = call.told[0]?.approvalId;
    expect(await host.access.mayReach(reach)).toBe(false);
    await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' });
    await call.answer;
    expect(await host.access.mayReach(reach)).toBe(true);
    expect(await host.access.mayReach({ ...reach, tool: 'write_file' })).toBe(false);
    expect(await host.access.mayReach({ ...reach, conversationId: 'd' })).toBe(false);
    expect(await host.access.mayReach({ ...reach, path: '/data/y' })).toBe(false);
    host.finish(options);
    expect(await host.access.mayReach(reach)).toBe(false);
  });
});

describe('an explanation', () => {
  it('says what is decided, by what, and what the parser saw, and runs nothing', async () => {
    const rules = [{ decision: 'allow', tool: 'shell', command: ['ls', 'sudo *'] }];
    const host = await startHost(system, { rules, cwd: '/repo' });
    const input = { command: 'ls; A=1 sudo rm -rf "$x" > /out' };
    expect(await host.request('POST /rules/explain', { tool: 'shell', input })).toEqual({
      decision: 'ask',
      decidedBy: 'default: what no rule allows is asked for',
      reason: 'No rule allows "A=1 sudo rm -rf \\"$x\\"".',
      parts: [
        ['command', 'A=1 sudo rm -rf "$x"', 'ask'],
        ['file', '> /out', 'ask'],
        ['command', 'rm -rf "$x"', 'ask'],
        ['command', 'ls', 'allow'],
      ].map(([kind, what, decision]) => ({
        ...{ kind, what: JSON.stringify(what), decision },
        ...(kind === 'file' ? { path: '/out' } : {}),
        decidedBy:
          decision === 'ask'
            ? 'default: what no rule allows is asked for'
            : `rules[0] ${JSON.stringify(rules[0])}`,
      })),
      command: {
        commands: [
          { words: ['ls'] },
          {
            words: ['sudo', 'rm', '-rf', { unknown: '"$x"' }],
            assignments: ['A=1'],
            redirections: [{ operator: '>', target: '/out' }],
          },
          { words: ['rm', '-rf', { unknown: '"$x"' }], within: 'sudo' },
        ],
        unclear: [],
      },
    });
    expect(await host.request('GET /conversations/c/approvals')).toEqual({ approvals: [] });
  });

  it('shows the rule that would be added, and input that the tool would refuse', async () => {
    const host = await startHost(system);
    const explain = (body: object) => host.request('POST /rules/explain', { ...body });
    const shown = { tool: 'shell', input: { command: 'ls' }, cwd: '/repo' };
    expect(await explain(shown)).toMatchObject({ proposedRule: { command: ['ls'], cwd: '/repo' } });
    expect(await explain({ ...shown, input: 1 })).toMatchObject({
      inputProblem: 'Give an object.',
    });
    expect(await explain({ ...shown, tool: 'shall' })).toBe('invalid-input');
    expect(await explain({ ...shown, cwd: 'repo' })).toBe('invalid-input');
  });

  it('lists the rules', async () => {
    const rules = [{ decision: 'deny', path: '~/.ssh/**' }];
    const host = await startHost(system, { rules });
    expect(await host.request('GET /rules')).toEqual({
      configured: [{ name: 'rules[0]', rule: rules[0] }],
      stored: [],
    });
  });
});
