import type { Mutation } from './mutation.ts';
import { runSearch } from './run-search.ts';
import type { FoundViolation } from './search.ts';

/** What became of one mutation. */
export interface MutationResult {
  readonly mutation: Mutation;
  /** Histories that were run; with a violation, so many were needed. */
  readonly histories: number;
  /** Absent where no history broke a promise. */
  readonly violation?: FoundViolation;
  /** Why it could not be tried to the end. */
  readonly failure?: string;
}

export interface MutationReport {
  /** What the histories of the product as it is break: each is a bug, of it or of the simulation. */
  readonly unmutated: readonly FoundViolation[];
  readonly results: readonly MutationResult[];
}

/** Processes that run at once. */
const atOnce = 2;

/**
 * Tries each mutation on the seeds from 0 on until a history breaks a promise that it does not break
 * without the mutation, or `histories` are through. Each result is told as it comes.
 */
export async function tryMutations(options: {
  readonly mutations: readonly Mutation[];
  readonly histories: number;
  readonly tell?: (result: MutationResult) => void;
}): Promise<MutationReport> {
  const { mutations, histories, tell } = options;
  const request = { from: 0, histories };
  const { violations } = await runSearch({ ...request, except: [], isWhole: true });
  const except = violations.map(({ seed }) => seed);
  const results: MutationResult[] = [];
  const waiting = mutations.entries();
  const work = async () => {
    for (const [index, mutation] of waiting) {
      const result = await tryMutation(mutation, { ...request, except });
      results[index] = result;
      tell?.(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { unmutated: violations, results };
}

async function tryMutation(
  mutation: Mutation,
  request: {
    readonly from: number;
    readonly histories: number;
    readonly except: readonly number[];
  },
): Promise<MutationResult> {
  try {
    const { histories, violations } = await runSearch({ ...request, mutation, isWhole: false });
    const [violation] = violations;
    return { mutation, histories, ...(violation === undefined ? {} : { violation }) };
  } catch (error) {
    return { mutation, histories: 0, failure: String(error) };
  }
}
