import type { Mutation } from './mutation.ts';

const folder = 'packages/extensions/session-orchestrator/src';

export const orchestratorMutations: readonly Mutation[] = [
  {
    name: 'call-start-not-recorded',
    about: 'A skipped ledger write: nothing says that a call was started.',
    file: `${folder}/live-turn.ts`,
    find: 'await this.#write((lease) => store.recordCallStart(lease, call.stepId, call.callId));',
    replace: 'await this.#writable();',
  },
  {
    name: 'call-end-not-recorded',
    about: 'A skipped ledger write: the result of a call is not recorded.',
    file: `${folder}/live-turn.ts`,
    find: 'store.recordCallEnd(lease, result.stepId, result.callId, JSON.stringify(result)),',
    replace: 'Promise.resolve(),',
  },
  {
    name: 'step-reset-not-told',
    about: 'A takeover does not say that the step under way begins anew.',
    file: `${folder}/live-turn.ts`,
    find: '    this.tell(first);\n',
    replace: "    if (first.type !== 'step-reset') this.tell(first);\n",
  },
  {
    name: 'numbers-used-twice',
    about: 'The third owner of a turn numbers its events as the second did.',
    file: `${folder}/recovery.ts`,
    find: '  return (epoch - 1) * ownerStride;',
    replace: '  return Math.min(epoch - 1, 1) * ownerStride;',
  },
  {
    name: 'cursor-before-commit-good',
    about: 'A new owner accepts the cursor of one that has not seen the last commit.',
    file: `${folder}/recovery.ts`,
    find: '    earlierOwnerFrom: claimed.eventNumber,',
    replace: '    earlierOwnerFrom: claimed.eventNumber - 1,',
  },
  {
    name: 'idempotency-key-not-kept',
    about: 'A repeated start is not recognised: its message is there twice.',
    file: `${folder}/start-turn.ts`,
    find: '    ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),\n',
    replace: '',
  },
  {
    name: 'acknowledged-uncommitted',
    about: 'A start is acknowledged before its message is committed.',
    file: `${folder}/start-turn.ts`,
    find: 'const started = await committing;\n    // Deleted meanwhile',
    replace: `const lastSeq = knownSeq + record.chunks.length;
    const started = { outcome: 'started', epoch: 1, previousSeq: knownSeq, lastSeq, taken: [] };
    // Deleted meanwhile`,
  },
  {
    name: 'stranded-queue-left',
    about: 'Messages that waited when their host died start no turn.',
    file: `${folder}/recovery.ts`,
    find: 'of await core.store.listStrandedQueues(claimLimit)) {',
    replace: 'of [] as string[]) {',
  },
  {
    name: 'steering-not-noted',
    about:
      'Messages that were taken in on the way are committed, but readers who join are not told so.',
    file: `${folder}/live-turn.ts`,
    find: '      this.log.committedSeq = this.#steeredSeq;\n',
    replace: '',
  },
  {
    name: 'call-outlives-lease',
    about: 'A host that was frozen past its lease starts the call that it had recorded.',
    file: `${folder}/live-turn.ts`,
    find: 'if (runtime.now() < this.#core.leasedUntil) return;',
    replace: 'return;',
  },
  {
    name: 'abort-not-kept',
    about: 'An abort is acknowledged without its mark in the store: a takeover forgets it.',
    file: `${folder}/removal.ts`,
    find: '    turnId === undefined ? undefined : await core.store.requestAbort(conversationId, turnId);',
    replace: '    turnId === undefined ? undefined : live?.turnId;',
  },
];
