import type { InspectedTurn } from '@dispatch/contracts';
import { ownerStride } from '@dispatch/wire';
import type { Inspected } from './inspected.ts';

/** Epochs only grow, an event's number is of an owner that there has been, and someone runs what runs. */
export function checkOwners(inspected: Inspected, leaseOverMs: number): void {
  for (const turn of inspected.inspection.turns) {
    checkEpochs(inspected, turn);
    if (turn.state === 'running') checkLease(inspected, turn, leaseOverMs);
  }
}

function checkEpochs({ report }: Inspected, turn: InspectedTurn): void {
  const { turnId, epoch, eventNumber, steps } = turn;
  let highest = 1;
  for (const step of steps) {
    if (step.epoch < highest) {
      report(
        'epoch-wrong',
        `Step ${step.index} was committed by epoch ${step.epoch}, behind one of ${highest}.`,
        { turnId },
      );
    }
    highest = Math.max(highest, step.epoch);
  }
  if (!Number.isSafeInteger(epoch) || epoch < highest) {
    report('epoch-wrong', `The epoch is ${epoch}; it is at least ${highest}.`, { turnId });
  }
  if (!Number.isSafeInteger(eventNumber) || eventNumber < 0 || eventNumber >= epoch * ownerStride) {
    report('event-number-wrong', `Event ${eventNumber} is of no owner up to epoch ${epoch}.`, {
      turnId,
    });
  }
}

function checkLease(
  { report, inspection }: Inspected,
  turn: InspectedTurn,
  leaseOverMs: number,
): void {
  const { turnId, owner, leaseLeftMs } = turn;
  if (leaseLeftMs === undefined || Number.isNaN(leaseLeftMs)) {
    report('lease-wrong', 'The turn runs without a lease.', { turnId });
  } else if (owner === '' && leaseLeftMs > 0 && inspection.ledger.responseJson === undefined) {
    // One that waits for a person does so in the tool phase of a step, whose response is recorded.
    report('lease-wrong', 'The turn waits, and there is no call for which it could.', { turnId });
  } else if (Number.isFinite(leaseLeftMs) && -leaseLeftMs > leaseOverMs) {
    // A turn that was given up has no time since when: its lease is over for ever.
    const seconds = Math.round(-leaseLeftMs / 1000);
    report('lease-over', `Its lease is over for ${seconds} s, and nobody took it over.`, {
      turnId,
    });
  }
}
