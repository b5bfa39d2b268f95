import type { Mutation } from './mutation.ts';

const kernel = 'packages/kernel/src/run-turn';
const orchestrator = 'packages/extensions/session-orchestrator/src';
const consent = 'packages/extensions/consent/src/approvals';

/** Bugs that the product had, and that were found by histories or by killed hosts: put back. */
export const foundMutations: readonly Mutation[] = [
  {
    name: 'lost-lease-is-an-outcome',
    about: 'A lease that is over before a call is told as the end of the turn.',
    file: `${orchestrator}/live-turn.ts`,
    find: "          loseTurn(this.#core, this, 'its lease may be over');\n",
    replace: '',
  },
  {
    name: 'unsure-commit-is-refused',
    about: 'A commit that may have been made is told as one that was not.',
    file: `${orchestrator}/live-turn.ts`,
    find: "isUnsure ||= isCodedError(error, 'store-unavailable') && error.details?.wasMade !== false;",
    replace: 'isUnsure ||= false;',
  },
  {
    name: 'refused-write-is-told',
    about: 'The end of a turn is told by a host whose write was refused to it as to an old owner.',
    file: `${orchestrator}/live-turn.ts`,
    find: "        loseTurn(this.#core, this, 'another owner has it, or its conversation is deleted');\n",
    replace: '',
  },
  {
    name: 'commit-counts-before-it-is-told',
    about: 'A host stands on its own log while the store may have a commit more.',
    file: `${orchestrator}/standing.ts`,
    find: 'live.isCommitting || ',
    replace: '',
  },
  {
    name: 'frozen-start-trusted',
    about: 'A host that froze over the start of a turn speaks for it.',
    file: `${orchestrator}/start-turn.ts`,
    find: '  if (core.runtime.now() >= madeAt + record.leaseMs) turn.doubt();\n',
    replace: '',
  },
  {
    name: 'leases-without-end',
    about: 'Until the start of a host is through its leases have no end.',
    file: `${orchestrator}/orchestrator.ts`,
    find: '      core.leasedUntil = runtime.now() + options.leaseMs;\n',
    replace: '',
  },
  {
    name: 'abort-while-taken-up',
    about: 'An abort does not look for the turn that its own host is just taking up.',
    file: `${orchestrator}/removal.ts`,
    find: '  if (later?.live === undefined) await later?.settled();\n',
    replace: '',
  },
  {
    name: 'start-taken-for-deletion',
    about: 'A conversation that is just being made is taken for a deleted one.',
    file: `${orchestrator}/leases.ts`,
    find: '      !isStarting &&\n',
    replace: '',
  },
  {
    name: 'image-behind-message',
    about: 'A message is acknowledged before its image is kept.',
    file: `${orchestrator}/start-turn.ts`,
    find: '  if (input !== undefined) await keepImages(input.images, core.blobs, core.runtime);\n',
    replace: '',
    also: [
      {
        file: `${orchestrator}/start-turn.ts`,
        find: '    const started = await core.store.startTurn(record);\n',
        replace: `    const started = await core.store.startTurn(record);
    if (input !== undefined) keepImages(input.images, core.blobs, core.runtime).catch(() => {});
`,
      },
      {
        file: 'packages/conformance/src/memory/blob-owners.ts',
        find: '  if (!blobIds.every((blobId) => state.blobs.has(blobId))) throw attachmentNotFound();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'follower-goes-round',
    about: 'A follower goes round between closed logs of one turn for ever.',
    file: `${orchestrator}/follower.ts`,
    find: `    let target = successor ?? place.newest();
    while (isSameEnd(from, target) && target.successor !== undefined) target = target.successor;
    if (isSameEnd(from, target)) return 'wait-for-turn';
`,
    replace: `    const target = successor ?? place.newest();
    if (target === from) return 'wait-for-turn';
    if (target.turnId === from.turnId && target.turnId !== '') {
      readOn(target, Math.max(next, target.base));
      return 'moved';
    }
`,
    also: [
      {
        file: `${orchestrator}/actors.ts`,
        find: 'if (previous === log || this.#linked.has(log)) return;',
        replace: 'if (previous === log) return;',
      },
    ],
  },
  {
    name: 'all-that-was-goes-on',
    about: 'What stands for all that was goes on in the next turn as if that were its own.',
    file: `${orchestrator}/actors.ts`,
    find: " && log.turnId !== '';",
    replace: ';',
  },
  {
    name: 'subscription-ends-silently',
    about: 'Who follows a conversation is let go where the store is away.',
    file: `${orchestrator}/follower.ts`,
    find: "if (scope === 'turn' || !isCodedError(error, 'store-unavailable')) return undefined;",
    replace: 'if (!isClosed) return undefined;',
  },
  {
    name: 'told-from-the-middle',
    about: 'A repeated start is told from the first event that is left, as if it were the first.',
    file: `${orchestrator}/positions.ts`,
    find: '  if (log?.firstNumber === 0) return { log, from: 0 };',
    replace: '  if (log !== undefined) return { log, from: log.firstNumber };',
  },
  {
    name: 'fed-from-an-old-log',
    about:
      'Another host is fed from the log of a turn that was given up, though it runs here anew.',
    file: `${orchestrator}/hosts/feeds.ts`,
    find: 'if (known !== undefined && known.log === log) {',
    replace: 'if (known !== undefined) {',
    also: [
      {
        file: `${orchestrator}/start-turn.ts`,
        find: "  log.close(core.runtime.now(), 'moved');\n  core.logs.drop(log);",
        replace: '  core.logs.drop(log);',
      },
    ],
  },
  {
    name: 'look-rejects-unheard',
    about: 'A look for the next owner rejects, and nobody hears it.',
    file: `${orchestrator}/hosts/mirror.ts`,
    find: "await store.readTurn(conversationId, turnId).catch(() => 'no-answer' as const);",
    replace: 'await store.readTurn(conversationId, turnId);',
  },
  {
    name: 'two-errors-a-step',
    about: 'A failed step that can not be committed either is told two errors.',
    file: `${kernel}/run-step.ts`,
    find: `  let committedSeq = 0;
  try {
    committedSeq = (await turn.options.host?.onStepComplete?.(completed))?.committedSeq ?? 0;
  } catch (failure) {
    takeUsageBack();
    return storeFailed(turn, step, failure);
  }
  turn.committedSteps += 1;
  if (error !== undefined) turn.emit({ type: 'error', stepId, error });
`,
    replace: `  let committedSeq = 0;
  if (error !== undefined) turn.emit({ type: 'error', stepId, error });
  try {
    committedSeq = (await turn.options.host?.onStepComplete?.(completed))?.committedSeq ?? 0;
  } catch (failure) {
    takeUsageBack();
    return storeFailed(turn, step, failure);
  }
  turn.committedSteps += 1;
`,
  },
  {
    name: 'uncommitted-usage-counts',
    about: 'The usage of a turn counts a step that was not committed.',
    file: `${kernel}/run-step.ts`,
    find: '    takeUsageBack();\n',
    replace: '',
    also: [
      {
        file: `${orchestrator}/finish-turn.ts`,
        find: "  const isUnsure = error?.code === 'store-unavailable';",
        replace: '  const isUnsure = false;',
      },
    ],
  },
  {
    name: 'denial-outlived-by-rule',
    about: 'A call that a person denied runs where a newer rule allows it.',
    file: `${consent}/create-approvals.ts`,
    find: 'return !isTaken || !isAllowed;',
    replace: 'return !isTaken && isAllowed;',
  },
  {
    name: 'rule-ends-question-silently',
    about: 'A host that has given the turn up ends its question by a rule, and tells nobody.',
    file: `${consent}/asking.ts`,
    find: 'return isGivenUp(turn) ? undefined : (await settle(options, found, resolution)).kept;',
    replace: "return (await options.store.resolve(found, { ...resolution, endId: 'none' })).kept;",
  },
  {
    name: 'own-answer-unknown',
    about: 'An answer that the store wrote twice is refused for the first writing of itself.',
    file: `${consent}/approval-store.ts`,
    find: 'isFirst: kept.approval.resolution.endId === end.endId',
    replace: 'isFirst: false',
  },
];
