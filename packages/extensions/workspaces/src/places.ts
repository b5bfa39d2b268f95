import {
  CodedError,
  type ComputerSource,
  type Contribution,
  findComputer,
  isCodedError,
} from '@dispatch/contracts';
import type { WorkspacePatchBody } from '@dispatch/wire';

/** Rejects with `invalid-input` where a folder is not absolute, or no source knows the computer. */
export async function refuseUnknownPlaces(
  computers: readonly Contribution<ComputerSource>[],
  { defaultCwd, defaultComputerId }: WorkspacePatchBody,
): Promise<void> {
  if (typeof defaultCwd === 'string' && !defaultCwd.startsWith('/')) {
    throw new CodedError('invalid-input', {
      message: 'defaultCwd: it has to be an absolute path.',
    });
  }
  if (typeof defaultComputerId !== 'string') return;
  try {
    await findComputer(computers, defaultComputerId);
  } catch (error) {
    if (!isCodedError(error, 'computer-not-found')) throw error;
    const { message, hint } = error;
    throw new CodedError('invalid-input', {
      message: `defaultComputerId: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
