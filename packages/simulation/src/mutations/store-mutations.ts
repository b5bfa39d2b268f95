import type { Mutation } from './mutation.ts';

const folder = 'packages/conformance/src/memory';

export const storeMutations: readonly Mutation[] = [
  {
    name: 'fence-without-epoch',
    about: 'A lost fence: a write is taken whatever its epoch is.',
    file: `${folder}/fence.ts`,
    find: ' || turn.epoch !== lease.epoch) {',
    replace: ') {',
  },
  {
    name: 'claim-keeps-epoch',
    about: 'A turn is taken over without a new epoch.',
    file: `${folder}/leases.ts`,
    find: '    turn.epoch += 1;\n    turn.attempts += 1;',
    replace: '    turn.attempts += 1;',
  },
  {
    name: 'living-lease-taken',
    about: 'A turn is taken over although its lease still runs.',
    file: `${folder}/leases.ts`,
    find: '        turn.leaseUntil <= state.now() ||',
    replace: '        turn.leaseUntil <= state.now() + claim.leaseMs / 2 ||',
  },
  {
    name: 'commit-twice-refused',
    about: 'A step that is committed again after a lost answer is not recognised.',
    file: `${folder}/turn-writes.ts`,
    find: '  if (known?.epoch === commit.lease.epoch) return commitResult(conversation, known.lastSeq);\n',
    replace: '',
  },
  {
    name: 'two-turns-at-once',
    about: 'A turn is started beside one that runs.',
    file: `${folder}/start-turn.ts`,
    find: '  if (conversation.running === undefined) return undefined;',
    replace: '  if (conversation.running?.turnId !== turnId) return undefined;',
  },
  {
    name: 'queue-delivered-twice',
    about: 'A double deliver: messages that a turn took stay in the queue.',
    file: `${folder}/start-turn.ts`,
    find: '  if (start.takeQueue === true) conversation.queue = [];\n',
    replace: '',
  },
  {
    name: 'seal-drops-queue',
    about: 'The seal of a turn drops what waits behind it.',
    file: `${folder}/turn-writes.ts`,
    find: '  conversation.running = undefined;\n',
    replace: '  conversation.running = undefined;\n  conversation.queue = [];\n',
  },
  {
    name: 'ledger-outlives-step',
    about: 'The commit of a step leaves its ledger to the next one.',
    file: `${folder}/turn-writes.ts`,
    find: '  turn.attempts = 0;\n  clearLedger(turn);',
    replace: '  turn.attempts = 0;',
  },
];
