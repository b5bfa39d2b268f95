import { beforeEach, describe, expect, it } from 'vitest';
import { newSystem, type System, startHost, startTurn } from '../__fixtures__/consenting-host.ts';

let system: System;
beforeEach(async () => {
  system = newSystem();
  await startTurn(system);
});

type Call = ReturnType<Awaited<ReturnType<typeof startHost>>['call']>;

/** Lets the call get to where it waits; returns the id that clients were told. */
async function idOf({ told }: Call): Promise<string> {
  await system.runtime.advance(1);
  const [event] = told;
  if (event === undefined) throw new Error('nothing was told');
  return event.approvalId;
}

describe('the end of a question', () => {
  it('is left to the next owner by a host that gave its turn up', async () => {
    const stale = await startHost(system, { holdMs: 0, expiresMs: 120_000 });
    const approvalId = await idOf(stale.call());
    await stale.request(`POST /approvals/${approvalId}`, { decision: 'allow' });
    const late = stale.call();
    late.giveUp();
    expect(await late.answer).toEqual({ decision: 'suspend' });
    expect(late.told).toEqual([]);
    const told = stale.answered.length;
    await system.runtime.advance(40_000);
    expect(stale.answered.length).toBeGreaterThan(told);

    const open = stale.call({ callId: 'open' });
    await idOf(open);
    const { runtime } = system;
    await runtime.advance(120_000);
    const expired = stale.call({ callId: 'open' });
    expired.giveUp();
    expect(await expired.answer).toEqual({ decision: 'suspend' });
    expect(expired.told).toMatchObject([{ type: 'approval-request' }]);
  });

  it('counts for the person whose answer the store wrote twice', async () => {
    const host = await startHost(system);
    const call = host.call();
    const approvalId = await idOf(call);
    const { records } = system.memory;
    const { write } = records;
    // The connection is lost after the first time: what comes back is said of the second.
    Object.assign(records, {
      write: async (...args: Parameters<typeof write>) => {
        await write(...args);
        return write(...args);
      },
    });
    expect(await host.request(`POST /approvals/${approvalId}`, { decision: 'always' })).toBe(204);
    expect(await call.answer).toEqual({ decision: 'allow' });
    expect(Object(await host.request('GET /rules')).stored).toHaveLength(1);
    const late = await host.request(`POST /approvals/${approvalId}`, { decision: 'always' });
    expect(late).toBe('already-resolved');
  });

  it('is no denial because it could not be taken', async () => {
    const host = await startHost(system);
    const call = host.call();
    const approvalId = await idOf(call);
    call.giveUp();
    await call.answer;
    await host.request(`POST /approvals/${approvalId}`, { decision: 'allow' });
    system.memory.failNext('records.write');
    expect(await host.call().answer).toEqual({ decision: 'suspend' });
    expect(await host.call().answer).toEqual({ decision: 'allow' });
  });

  it('comes by a rule of since when its turn asks again, and all who wait are told', async () => {
    const [host, other] = [await startHost(system), await startHost(system, { holdMs: 60_000 })];
    const waiting = other.call({ callId: 'waiting' });
    const waitingId = await idOf(waiting);
    const call = host.call();
    await host.request(`POST /approvals/${await idOf(call)}`, { decision: 'always' });
    expect(await call.answer).toEqual({ decision: 'allow' });

    const stale = host.call({ callId: 'waiting' });
    stale.giveUp();
    expect(await stale.answer).toEqual({ decision: 'suspend' });
    expect(stale.told).toEqual([]);
    expect(await host.approvals.waitMs('c', 't')).toBeGreaterThan(0);

    const told = host.answered.length;
    const again = host.call({ callId: 'waiting' });
    expect(await again.answer).toEqual({ decision: 'allow' });
    const event = {
      type: 'approval-resolved',
      approvalId: waitingId,
      decision: 'allow',
      by: 'rule',
    };
    expect(again.told).toEqual([event]);
    expect(host.answered).toHaveLength(told + 1);
    expect(await waiting.answer).toEqual({ decision: 'allow' });
    expect(waiting.told.slice(1)).toEqual([event]);
    expect(system.runtime.now()).toBeLessThan(10);
  });
});
