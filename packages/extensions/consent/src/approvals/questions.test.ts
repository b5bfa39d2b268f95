import { beforeEach, describe, expect, it, test } from 'vitest';
import { newSystem, type System, startHost, startTurn } from '../__fixtures__/consenting-host.ts';

let system: System;
beforeEach(async () => {
  system = newSystem();
  await startTurn(system);
});

describe('questions of the model', () => {
  const subject = {
    questions: [
      { question: 'Which?', options: ['a', 'b'] },
      { question: 'Any?', options: ['c', 'd'], multiple: true },
      { question: 'Why?' },
    ],
  };

  it('are answered by the person, and the answers are the result', async () => {
    const host = await startHost(system);
    const call = host.call({ name: 'ask_user', subject });
    await system.runtime.advance(1);
    const approvalId = call.told[0]?.approvalId;
    expect(call.told[0]).toMatchObject({ kind: 'question', questions: subject.questions });
    const answer = (body: object) => host.request(`POST /approvals/${approvalId}`, { ...body });
    for (const body of [
      { decision: 'allow' },
      { decision: 'always' },
      { decision: 'allow', answers: ['a'] },
      { decision: 'allow', answers: ['z', ['c'], ''] },
      { decision: 'allow', answers: [['a'], ['c'], ''] },
      { decision: 'allow', answers: ['a', ['c', 'z'], ''] },
      { decision: 'deny', answers: ['a', ['c'], ''] },
    ]) {
      expect(await answer(body)).toBe('invalid-input');
    }
    expect(await answer({ decision: 'allow', answers: ['a', ['c', 'd'], 'So.'] })).toBe(204);
    expect(await call.answer).toEqual({
      decision: 'answer',
      content: [{ type: 'text', text: 'Which?\na\n\nAny?\nc, d\n\nWhy?\nSo.' }],
    });
  });

  it('are refused at once where nobody can be asked', async () => {
    for (const approvals of ['auto', 'deny']) {
      const host = await startHost(system, { approvals });
      const { decision, told } = host.call({ name: 'ask_user', subject });
      expect(await decision).toMatchObject({ decision: 'deny' });
      expect(Object(await decision).reason).toContain('Nobody can be asked');
      expect(told).toEqual([]);
    }
  });
});

test('a turn that nobody started is asked about nothing', async () => {
  system = newSystem();
  await startTurn(system, 'schedule');
  const rules = [{ decision: 'allow', tool: 'shell', command: 'ls' }];
  const host = await startHost(system, { rules });
  expect(await host.call().decision).toMatchObject({ decision: 'deny' });
  expect(await host.call({ subject: { command: 'ls' } }).decision).toEqual({ decision: 'allow' });
});
