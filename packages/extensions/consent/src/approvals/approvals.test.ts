import { beforeEach, describe, expect, it } from 'vitest';
import {
  commitStep,
  newSystem,
  type System,
  sealTurn,
  startHost,
  startTurn,
  turn,
} from '../__fixtures__/consenting-host.ts';

let system: System;
beforeEach(async () => {
  system = newSystem();
  await startTurn(system);
});

type Host = Awaited<ReturnType<typeof startHost>>;
type Call = ReturnType<Host['call']>;

/** Lets the call get to where it waits; returns the id that clients were told. */
async function idOf({ told }: Call): Promise<string> {
  await system.runtime.advance(1);
  const [event] = told;
  if (event === undefined) throw new Error('nothing was told');
  return event.approvalId;
}

const inAnHour = '2026-01-01T01:00:00.000Z';

describe('a question', () => {
  it('is told whole, listed, and answered where it was asked', async () => {
    const host = await startHost(system);
    const call = host.call();
    const approvalId = await idOf(call);
    const proposedRule = {
      ...{ decision: 'allow', tool: 'shell', computer: 'local', cwd: '/repo' },
      command: ['npm test'],
    };
    const event = {
      ...{ type: 'approval-request', approvalId, kind: 'consent', callId: 'call', name: 'shell' },
      ...{ input: { command: 'npm test' }, reason: 'No rule allows "npm test".' },
      ...{ expiresAt: inAnHour, proposedRule },
    };
    expect(call.told).toEqual([event]);
    expect(await host.request('GET /conversations/c/approvals')).toEqual({
      approvals: [{ ...event, ...turn, n: 0 }],
    });
    expect(await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' })).toBe(204);
    expect(await call.answer).toEqual({ decision: 'allow' });
    expect(call.told.slice(1)).toEqual([
      { type: 'approval-resolved', approvalId, decision: 'allow', by: 'person' },
    ]);
    expect(await host.request('GET /conversations/c/approvals')).toEqual({ approvals: [] });
    expect(system.runtime.now()).toBeLessThan(10);
  });

  it('is answered through another host', async () => {
    const [asking, other] = [await startHost(system), await startHost(system)];
    const call = asking.call();
    const approvalId = await idOf(call);
    const denied = { decision: 'deny', reason: 'Not on a Friday.' };
    expect(await other.request(`POST /approvals/${approvalId}`, denied)).toBe(204);
    expect(await call.answer).toEqual({ decision: 'deny', reason: 'Not on a Friday.' });
    expect(other.answered).toEqual(['t']);
    expect(asking.answered).toEqual([]);
  });

  it('is answered over a socket', async () => {
    const host = await startHost(system);
    const call = host.call();
    const fields = { approvalId: await idOf(call), decision: 'allow' };
    const connection = { send: () => {}, signal: host.context.signal };
    expect(host.frame[0]?.op).toBe('approval.resolve');
    expect(await host.frame[0]?.handle(fields, connection)).toEqual({});
    expect(await call.answer).toEqual({ decision: 'allow' });
  });

  it('takes one answer, whoever races', async () => {
    const hosts = await Promise.all([1, 2, 3].map(() => startHost(system)));
    const call = hosts[0]?.call();
    if (call === undefined) throw new Error('no host');
    const approvalId = await idOf(call);
    const decisions = ['allow', 'deny', 'always'];
    const replies = await Promise.all(
      hosts.map(({ request }, index) =>
        request(`POST /approvals/${approvalId}`, { decision: decisions[index] ?? '' }),
      ),
    );
    expect(replies.toSorted()).toEqual([204, 'already-resolved', 'already-resolved']);
    const won = decisions[replies.indexOf(204)];
    expect(await call.answer).toMatchObject({ decision: won === 'deny' ? 'deny' : 'allow' });
    expect(call.told[1]).toMatchObject({ type: 'approval-resolved', decision: won });
    const { stored } = Object(await hosts[0]?.request('GET /rules'));
    expect(stored).toHaveLength(won === 'always' ? 1 : 0);
    const late = await hosts[0]?.request(`POST /approvals/${approvalId}`, { decision: 'allow' });
    expect(late).toBe('already-resolved');
  });

  it('puts its turn away when nobody answers soon, and takes the answer when it is taken up', async () => {
    const first = await startHost(system);
    const call = first.call();
    const approvalId = await idOf(call);
    await system.runtime.advance(2000);
    expect(await call.answer).toEqual({ decision: 'suspend' });
    expect(await first.approvals.waitMs('c', 't')).toBe(3_600_000 - system.runtime.now());
    first.stop();

    const second = await startHost(system);
    const again = second.call();
    expect(await idOf(again)).toBe(approvalId);
    again.giveUp();
    expect(await again.answer).toEqual({ decision: 'suspend' });

    expect(await second.request(`POST /approvals/${approvalId}`, { decision: 'allow' })).toBe(204);
    expect(second.answered).toEqual(['t']);
    expect(await second.approvals.waitMs('c', 't')).toBeUndefined();
    for (const host of [second, await startHost(system)]) {
      const taken = host.call();
      expect(await taken.answer).toEqual({ decision: 'allow' });
      expect(taken.told).toEqual([
        { type: 'approval-resolved', approvalId, decision: 'allow', by: 'person' },
      ]);
    }
  });

  it('wakes its turn though the host that took the answer died, until it was taken', async () => {
    const dying = await startHost(system);
    const call = dying.call();
    const approvalId = await idOf(call);
    await system.runtime.advance(2000);
    expect(await call.answer).toEqual({ decision: 'suspend' });
    const other = await startHost(system);
    // The answer is kept, and all that comes after it is lost.
    await dying.request(`POST /approvals/${approvalId}`, { decision: 'allow' });
    dying.stop();
    expect(other.answered).toEqual([]);
    await system.runtime.advance(40_000);
    expect(other.answered).toContain('t');
    expect(await other.call().answer).toEqual({ decision: 'allow' });
    const before = other.answered.length;
    await system.runtime.advance(120_000);
    expect(other.answered).toHaveLength(before);
  });

  it('is another one where the input is another', async () => {
    const host = await startHost(system);
    const call = host.call();
    const approvalId = await idOf(call);
    const changed = host.call({ subject: { command: 'npm publish' } });
    expect(await idOf(changed)).not.toBe(approvalId);
    await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' });
    expect(await call.answer).toEqual({ decision: 'allow' });
    await system.runtime.advance(2000);
    expect(await changed.answer).toEqual({ decision: 'suspend' });
  });

  it('expires while it is waited for, and while nobody waits', async () => {
    const host = await startHost(system, { holdMs: 60_000, expiresMs: 30_000 });
    const call = host.call();
    const approvalId = await idOf(call);
    await system.runtime.advance(30_000);
    expect(await call.answer).toMatchObject({ decision: 'deny' });
    expect(call.told[1]).toMatchObject({ decision: 'expired', by: 'timeout' });
    expect(host.answered).toEqual(['t']);
    const late = await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' });
    expect(late).toBe('already-resolved');

    const away = host.call({ callId: 'other' });
    const awayId = await idOf(away);
    away.giveUp();
    expect(await away.answer).toEqual({ decision: 'suspend' });
    await system.runtime.advance(30_000);
    expect(await host.approvals.waitMs('c', 't')).toBeUndefined();
    expect(await host.request(`POST /approvals/${awayId}`, { decision: 'allow' })).toBe(
      'already-resolved',
    );
    expect(await host.call({ callId: 'other' }).answer).toMatchObject({ decision: 'deny' });
  });

  it('is over with its turn', async () => {
    const host = await startHost(system);
    const aborted = host.call();
    const abortedId = await idOf(aborted);
    aborted.abort();
    expect(await aborted.answer).toMatchObject({ decision: 'deny' });
    expect(aborted.told[1]).toMatchObject({ decision: 'aborted', by: 'host' });
    expect(host.answered).toEqual(['t']);
    const left = host.call({ callId: 'left' });
    const leftId = await idOf(left);
    left.giveUp();
    await left.answer;
    await sealTurn(system);
    expect(await host.request('GET /conversations/c/approvals')).toEqual({ approvals: [] });
    for (const approvalId of [abortedId, leftId]) {
      expect(await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' })).toBe(
        'already-resolved',
      );
    }
  });

  it('is over once its turn has gone past the call', async () => {
    const host = await startHost(system);
    const left = host.call();
    const leftId = await idOf(left);
    left.giveUp();
    await left.answer;
    expect(await host.approvals.waitMs('c', 't')).toBeGreaterThan(0);
    await commitStep(system);
    expect(await host.approvals.waitMs('c', 't')).toBeUndefined();
    expect(await host.request('GET /conversations/c/approvals')).toEqual({ approvals: [] });
    expect(await host.request(`POST /approvals/${leftId}`, { decision: 'allow' })).toBe(
      'already-resolved',
    );
    const told = host.answered.length;
    await system.runtime.advance(120_000);
    expect(host.answered).toHaveLength(told);
  });

  it('is gone with its conversation', async () => {
    const host = await startHost(system);
    const call = host.call();
    const approvalId = await idOf(call);
    call.giveUp();
    await call.answer;
    await system.memory.store.deleteConversation('c');
    expect(await host.request('GET /conversations/c/approvals')).toBe('conversation-not-found');
    expect(await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' })).toBe(
      'approval-not-found',
    );
    const list = { namespace: '@dispatch/consent', limit: 10 };
    expect(await system.memory.records.list(list)).toEqual([]);
  });

  it('does not keep a stopping host', async () => {
    const host = await startHost(system, { holdMs: 60_000 });
    const call = host.call();
    await idOf(call);
    host.stop();
    expect(await call.answer).toEqual({ decision: 'suspend' });
  });

  it('is one of a hundred at most', async () => {
    const host = await startHost(system, { holdMs: 0 });
    for (let index = 0; index < 100; index += 1) {
      expect(await host.call({ callId: `${index}` }).answer).toEqual({ decision: 'suspend' });
    }
    expect(await host.call({ callId: 'more' }).answer).toMatchObject({ decision: 'deny' });
  });

  it('tells of a huge input by its beginning', async () => {
    const host = await startHost(system, { holdMs: 0 });
    const call = host.call({ subject: { command: 'x'.repeat(1_000_000) } });
    await call.answer;
    expect(JSON.stringify(call.told).length).toBeLessThan(300_000);
  });
});

describe('a store that fails', () => {
  it('denies what could not be asked, and puts away what could', async () => {
    const host = await startHost(system);
    system.memory.failNext('records.write');
    await expect(host.call().answer).rejects.toMatchObject({ code: 'store-unavailable' });
    const call = host.call();
    await idOf(call);
    system.memory.failNext('records.read');
    await system.runtime.advance(2000);
    expect(await call.answer).toEqual({ decision: 'suspend' });
  });
});

describe('always', () => {
  it('adds the rule that was shown, which holds on all hosts from then on', async () => {
    const [one, other] = [await startHost(system), await startHost(system)];
    const call = one.call();
    const approvalId = await idOf(call);
    await other.request(`POST /approvals/${approvalId}`, { decision: 'always' });
    expect(await call.answer).toEqual({ decision: 'allow' });
    expect(call.told[1]).toMatchObject({ decision: 'always', by: 'person' });
    const [asked] = call.told;
    const { stored } = Object(await one.request('GET /rules'));
    expect(stored).toMatchObject([{ rule: Object(asked).proposedRule, conversationId: 'c' }]);
    expect(await one.call({ callId: 'next' }).decision).toEqual({ decision: 'allow' });
    const [{ ruleId }] = stored;
    expect(await other.request(`DELETE /rules/${ruleId}`)).toBe(204);
    expect(await other.request(`DELETE /rules/${ruleId}`)).toBe('rule-not-found');
    expect(await one.call({ callId: 'later' }).decision).toMatchObject({ decision: 'ask' });
  });

  it('is told to a turn that was put away, which then waits for its next question', async () => {
    const host = await startHost(system);
    const call = host.call();
    const approvalId = await idOf(call);
    await system.runtime.advance(2000);
    expect(await call.answer).toEqual({ decision: 'suspend' });
    await host.request(`POST /approvals/${approvalId}`, { decision: 'always' });
    expect(await host.approvals.waitMs(turn.conversationId, turn.turnId)).toBeUndefined();
    const again = host.call();
    expect(await again.answer).toEqual({ decision: 'allow' });
    expect(again.told).toMatchObject([{ type: 'approval-resolved', decision: 'always' }]);
    await idOf(host.call({ callId: 'next', subject: { command: 'rm x' } }));
    expect(await host.approvals.waitMs(turn.conversationId, turn.turnId)).toBeGreaterThan(0);
  });

  it('keeps its rule though the host died before it had', async () => {
    const host = await startHost(system);
    const call = host.call();
    const approvalId = await idOf(call);
    call.giveUp();
    await call.answer;
    // The mark and the answer are written; the rule is not.
    const { records } = system.memory;
    const { write } = records;
    let writes = 0;
    Object.assign(records, {
      write: (...args: Parameters<typeof write>) => {
        writes += 1;
        return writes > 2 ? Promise.reject(new Error('dead')) : write(...args);
      },
    });
    const body = { decision: 'always' };
    await expect(host.request(`POST /approvals/${approvalId}`, body)).rejects.toThrow('dead');
    Object.assign(records, { write });
    expect(Object(await host.request('GET /rules')).stored).toEqual([]);
    expect(await host.call().answer).toEqual({ decision: 'allow' });
    expect(Object(await host.request('GET /rules')).stored).toHaveLength(1);
  });

  it('is refused where no rule was shown', async () => {
    const host = await startHost(system);
    const call = host.call({ subject: { command: 'eval "$x"' } });
    const approvalId = await idOf(call);
    expect(call.told[0]).not.toHaveProperty('proposedRule');
    const body = { decision: 'always' };
    expect(await host.request(`POST /approvals/${approvalId}`, body)).toBe('invalid-input');
    expect(await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' })).toBe(204);
  });
});
