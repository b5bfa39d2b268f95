import type { SentMessages } from '../model/sent-message.ts';
import type { World } from '../world/world.ts';

/** What a turn can come to by itself, without a fault or a person. */
const byItself = new Set(['stop', 'length', 'max-steps']);

const storeFaults = ['store refuses', 'store loses an answer', 'store writes late', 'cut-store'];
const hostFaults = [
  'kill',
  'stop',
  'freeze',
  'freeze within a call',
  'suspend',
  'crash before a call',
  'crash after a call',
  'crash at work',
];

/** The faults that can end a turn with an error of a code; of any other code none can. */
const causes: Readonly<Record<string, readonly string[]>> = {
  'provider-error': ['provider fails', 'provider cuts'],
  'provider-timeout': ['provider cuts'],
  'store-unavailable': storeFaults,
  'turn-unrecoverable': hostFaults,
  // The models of a simulation call what fails again and again, if chance has it.
  'too-many-errors': ['always'],
  'no-progress': ['always'],
};

/** A turn ends badly only where something went wrong that can have that effect. */
export function checkEnd(
  world: World,
  sent: SentMessages,
  turn: {
    readonly turnId: string;
    readonly finishReason: string;
    readonly errorCode: string | undefined;
  },
): void {
  const { turnId, finishReason, errorCode = 'none' } = turn;
  world.checks += 1;
  if (byItself.has(finishReason)) return;
  if (finishReason === 'aborted') {
    if (sent.areAbortsAsked || sent.deletions.length > 0) return;
  } else if (hasHappened(world, causes[errorCode] ?? [])) return;
  world.violated('bad-end-has-cause', `${turnId} ended in ${finishReason} (${errorCode})`);
}

/** A call is interrupted only where its host, its turn or its store was. */
export function checkInterruption(world: World, sent: SentMessages, callId: string): void {
  if (sent.areAbortsAsked || sent.deletions.length > 0) return;
  if (hasHappened(world, [...hostFaults, ...storeFaults])) return;
  world.violated('interruption-has-cause', `${callId} was interrupted on a calm day`);
}

function hasHappened(world: World, kinds: readonly string[]): boolean {
  return kinds.some((kind) => kind === 'always' || world.faults.has(kind));
}
