import type { Failure } from '../command/tally.ts';
import type { Mutation } from './mutation.ts';
import { runMutated } from './run-mutated.ts';

/** What became of one mutation. */
export interface MutationResult {
  readonly mutation: Mutation;
  /** The first history that broke a promise, and which. Absent: none did. */
  readonly found?: Failure;
  /** Why the histories could not be run. */
  readonly problem?: string;
}

export interface MutationReport {
  readonly histories: number;
  /** What the same histories break without a mutation: each is a bug, of the product or of the simulation. */
  readonly unmutated: readonly Failure[];
  readonly results: readonly MutationResult[];
}

/** Processes that run at once. */
const atOnce = 2;

/**
 * Tries each mutation on the seeds from 0 on, until a history breaks a promise that it keeps without
 * the mutation, or `histories` are through. Each result is told as it comes. Never rejects for a
 * mutation: one that can not be tried was not found.
 */
export async function tryMutations(options: {
  readonly mutations: readonly Mutation[];
  readonly histories: number;
  readonly onResult: (result: MutationResult) => void;
}): Promise<MutationReport> {
  const { mutations, histories, onResult } = options;
  const unmutated = await runMutated({ histories, maxFailed: histories });
  const known = new Set(unmutated.map(({ seed }) => seed));
  const results: MutationResult[] = [];
  const waiting = mutations.entries();
  const work = async () => {
    for (const [index, mutation] of waiting) {
      const result = await tryMutation(mutation, histories, known);
      results[index] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { histories, unmutated, results };
}

async function tryMutation(
  mutation: Mutation,
  histories: number,
  known: ReadonlySet<number>,
): Promise<MutationResult> {
  try {
    const maxFailed = known.size + 1;
    const failures = await runMutated({ mutation: mutation.name, histories, maxFailed });
    const found = failures.find(({ seed }) => !known.has(seed));
    return found === undefined ? { mutation } : { mutation, found };
  } catch (error) {
    return { mutation, problem: error instanceof Error ? error.message : String(error) };
  }
}
