import { CodedError } from '@dispatch/contracts';

/** Why a computer can not be reached, or not now. */
export interface Obstacle {
  /** A sentence for the user, without the computer's name. */
  readonly why: string;
  /** For the operator: what to do. */
  readonly hint?: string;
}

export function unavailable(computerId: string, { why, hint }: Obstacle): CodedError {
  return new CodedError('computer-unavailable', {
    message: `The computer ${JSON.stringify(computerId)} can not be reached: ${why}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

export const isStopping: Obstacle = { why: 'this host is stopping.' };

/** There is no `ssh` to reach anything with. */
export const noSsh: Obstacle = {
  why: 'there is no `ssh` on the PATH of this host.',
  hint: 'Install the OpenSSH client (Debian: openssh-client), or put it on the PATH of the host.',
};
