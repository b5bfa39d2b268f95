import type { Problem } from '@dispatch/wire';
import { DispatchError } from '../dispatch-error.ts';

/** The error that a refusal tells of. Reads the body. */
export async function errorOf(response: Response): Promise<DispatchError> {
  const { status } = response;
  try {
    const problem: Partial<Problem> | null = await response.json();
    if (typeof problem?.code === 'string') {
      return new DispatchError(problem.code, problem.detail ?? problem.title ?? problem.code, {
        status,
      });
    }
  } catch {
    // Not the host's words: something in between answered.
  }
  return new DispatchError('bad-response', `The answer was HTTP ${status} without a code.`, {
    status,
  });
}
