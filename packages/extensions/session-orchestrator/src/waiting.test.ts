import type { ProviderContext } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import {
  type Answer,
  call,
  createHarness,
  noteTool,
  readAll,
  say,
  stop,
  types,
} from './__fixtures__/harness.ts';
import { paperApprovals } from './__fixtures__/paper-approvals.ts';

const oneCall = ({ stepIndex }: ProviderContext): Answer =>
  stepIndex === 0 ? [[say('may I?'), call('x'), stop]] : [[say('done'), stop]];
const twoCalls = ({ stepIndex }: ProviderContext): Answer =>
  stepIndex === 0 ? [[call('x'), call('y'), stop]] : [[say('done'), stop]];
const go = { conversationId: 'c', message: 'go' };
const allow = { decision: 'allow' } as const;

/** A turn on host `one` that waits for a person, and what its calls do. */
async function waitingTurn(answer: typeof oneCall, options: object = {}) {
  const runs: string[] = [];
  const paper = paperApprovals();
  const shared = { approvals: paper };
  const one = createHarness(
    answer,
    { hostId: 'one', ...options },
    [noteTool('unsafe', runs)],
    shared,
  );
  const { runtime, conversations } = one;
  await runtime.runUntil(one.orchestrator.start());
  const started = await runtime.runUntil(conversations.startTurn(go));
  const follower = await runtime.runUntil(conversations.followTurn(started));
  const reading = readAll(follower);
  await runtime.advance(1000);
  const status = async () => (await conversations.get('c')).status;
  return { ...one, runs, paper, started, reading, status };
}

test('a turn that waits is put away, and goes on with the answer', async () => {
  const { runtime, runs, paper, reading, status, orchestrator } = await waitingTurn(oneCall);
  expect(await status()).toBe('waiting');
  expect(orchestrator.sizes().runningTurns).toBe(0);
  await runtime.advance(600_000);
  expect(await status()).toBe('waiting');
  expect(runs).toEqual([]);
  paper.answer('x', allow);
  const events = await runtime.runUntil(reading);
  expect(runs).toEqual(['x']);
  expect(types(events)).toEqual([
    ...['turn-start', 'step-start', 'text-delta', 'tool-call', 'approval-request'],
    ...['step-reset', 'step-start', 'text-delta', 'tool-call', 'tool-result', 'step-complete'],
    ...['step-start', 'text-delta', 'step-complete', 'done', 'turn-sealed'],
  ]);
  expect(await status()).toBe('idle');
});

test('any host takes it up, and what is answered runs while the rest is asked for again', async () => {
  const { runtime, runs, paper, restart, cutOff, started, status } = await waitingTurn(twoCalls);
  const two = restart({ hostId: 'two' });
  await runtime.runUntil(two.orchestrator.start());
  cutOff();
  paper.answer('y', { decision: 'deny', reason: 'not that' });
  await runtime.advance(20_000);
  expect((await two.conversations.get('c')).status).toBe('waiting');
  expect(runs).toEqual([]);
  paper.answer('x', allow);
  const events = await runtime.runUntil(two.conversations.followTurn(started).then(readAll));
  expect(runs).toEqual(['x']);
  expect(types(events).at(-1)).toBe('turn-sealed');
  await expect(status()).rejects.toMatchObject({ code: 'store-unavailable' });
});

test('an answer that comes while it is being put away is not slept through', async () => {
  const { runtime, runs, paper, memory, reading } = await waitingTurn(twoCalls);
  const { releaseTurn } = memory.store;
  memory.store.releaseTurn = async (lease, waitMs) => {
    if (waitMs !== undefined) paper.answerUntold('y', allow);
    await releaseTurn(lease, waitMs);
  };
  paper.answer('x', allow);
  await runtime.runUntil(reading);
  expect(runs).toEqual(['x', 'y']);
});

test('an abort ends it at once', async () => {
  const { runtime, runs, conversations, reading } = await waitingTurn(oneCall);
  const abortedAt = runtime.now();
  await runtime.runUntil(conversations.abort('c'));
  const events = await runtime.runUntil(reading);
  expect(events.at(-2)).toMatchObject({ type: 'done', finishReason: 'aborted' });
  expect(runtime.now() - abortedAt).toBeLessThan(500);
  expect(runs).toEqual([]);
});

test('its conversation can be deleted', async () => {
  const { runtime, conversations, reading } = await waitingTurn(oneCall);
  await runtime.runUntil(conversations.remove('c'));
  await runtime.runUntil(reading);
  await expect(conversations.get('c')).rejects.toMatchObject({ code: 'conversation-not-found' });
});

test('messages that come meanwhile wait for its next step', async () => {
  const { runtime, conversations, paper, reading, requests } = await waitingTurn(oneCall);
  await runtime.runUntil(conversations.queueMessage({ conversationId: 'c', message: 'also' }));
  paper.answer('x', allow);
  const events = await runtime.runUntil(reading);
  expect(types(events)).toContain('steering');
  expect(requests.at(-1)).toContain('also');
});

test('who comes while it waits is answered at once, and told the rest', async () => {
  const { runtime, restart, paper } = await waitingTurn(oneCall);
  const two = restart({ hostId: 'two' });
  await runtime.runUntil(two.orchestrator.start());
  const askedAt = runtime.now();
  const { follower, snapshot } = await runtime.runUntil(
    two.conversations.subscribe({ conversationId: 'c' }),
  );
  expect(runtime.now() - askedAt).toBeLessThan(100);
  expect(snapshot?.activeTurn).not.toBeNull();
  paper.answer('x', allow);
  const seen: string[] = [];
  while (!seen.includes('turn-sealed')) {
    const batch = await runtime.runUntil(follower.next(100_000));
    if (batch === undefined || 'resync' in batch) throw new Error('it was to be told all');
    seen.push(...batch.events.map((json) => JSON.parse(json).type));
  }
  expect(seen[0]).toBe('step-reset');
  follower.close();
});
