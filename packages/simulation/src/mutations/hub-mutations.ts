import type { Mutation } from './mutation.ts';

const folder = 'packages/extensions/session-orchestrator/src';

/** Event logs and followers on one host, mirrors and feeds between hosts. */
export const hubMutations: readonly Mutation[] = [
  {
    name: 'event-lost-at-batch-end',
    about: 'A follower leaves out the event behind a batch of several.',
    file: `${folder}/follower.ts`,
    find: '        next += events.length;',
    replace: '        next += events.length + (events.length > 3 ? 1 : 0);',
  },
  {
    name: 'resync-goes-on-at-the-end',
    about: 'After a resync a follower goes on behind what was told since the last commit.',
    file: `${folder}/positions.ts`,
    find: 'return { log, from: commitNumber + 1 };',
    replace: 'return { log, from: log.nextNumber };',
  },
  {
    name: 'dropped-events-passed-over',
    about: 'A slow follower does not notice that what it reads next is dropped already.',
    file: `${folder}/follower.ts`,
    find: 'if (next < log.firstNumber && !log.waitsForCommit(next)) {',
    replace: 'next = Math.max(next, log.firstNumber);\n      if (next < 0) {',
  },
  {
    name: 'takeover-not-checked',
    about: 'A follower that lacks committed events is led on to the next owner without a resync.',
    file: `${folder}/follower.ts`,
    find: '      if (next < continuation.base && next - 1 < continuation.earlierOwnerFrom) isLost = true;',
    replace: '      if (next < 0) isLost = true;',
  },
  {
    name: 'view-ahead-of-events',
    about: 'A view holds chunks that are committed but not told as events yet.',
    file: `${folder}/standing.ts`,
    find: '      const range = { ...query, conversationId, throughSeq: lastSeq };',
    replace: '      const range = { ...query, conversationId };',
  },
  {
    name: 'mirror-appends-twice',
    about: 'A double deliver: a mirror appends events that it has already.',
    file: `${folder}/hosts/mirror.ts`,
    find: '    for (const event of events.slice(Math.max(0, log.nextNumber - from))) {',
    replace: '    for (const event of events) {',
  },
  {
    name: 'mirror-skips-gap',
    about: 'A mirror takes what comes behind a gap for what it waits for.',
    file: `${folder}/hosts/mirror.ts`,
    find: '      } else {\n        return false;\n      }',
    replace: '      }',
  },
  {
    name: 'feed-does-not-rewind',
    about: 'A feed does not say again what was lost on its way.',
    file: `${folder}/hosts/feed.ts`,
    find: '    if (from < this.#next && (isGap || !this.#hasSent)) this.#rewind(from);\n',
    replace: '',
  },
  {
    name: 'unseen-turns-passed-over',
    about: 'A follower moves on to a turn before which others have passed unseen.',
    file: `${folder}/follower.ts`,
    find: 'if (target.previousSeq === from.committedSeq) readOn(',
    replace: 'if (target.previousSeq !== undefined) readOn(',
  },
];
