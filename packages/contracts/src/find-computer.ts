import { CodedError } from './coded-error.ts';
import type { Computer, ComputerSource } from './computer.ts';
import type { Contribution } from './extension.ts';

/** The computer of that id, of the first source that knows it; `undefined`: the host's own. Rejects with `computer-not-found`. */
export async function findComputer(
  sources: readonly Contribution<ComputerSource>[],
  computerId: string | undefined,
): Promise<Computer> {
  for (const { value } of sources) {
    const computer = await value.find(computerId);
    if (computer !== undefined) return computer;
  }
  throw new CodedError('computer-not-found', {
    message:
      computerId === undefined
        ? 'This host runs no commands and reaches no files of its own.'
        : `This host knows no computer ${JSON.stringify(computerId)}.`,
    hint: 'GET /computers lists those it knows; left out, commands run on the host itself.',
  });
}
