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
 * the mutation, or `histories` are through; before that on the seed that `firstSeeds` has for it. Each
 * result is told as it comes. Never rejects for a mutation: one that can not be tried was not found.
 */
export async function tryMutations(options: {
  readonly mutations: readonly Mutation[];
  readonly histories: number;
  /** Known to find a mutation, by its name. */
  readonly firstSeeds: ReadonlyMap<string, number>;
  readonly onResult: (result: MutationResult) => void;
}): Promise<MutationReport> {
  const { mutations, histories, firstSeeds, onResult } = options;
  const unmutated = await runMutated({ histories, maxFailed: histories });
  const known = new Set(unmutated.map(({ seed }) => seed));
  const results: MutationResult[] = [];
  const waiting = mutations.entries();
  const work = async () => {
    for (const [index, mutation] of waiting) {
      const result = await tryMutation(mutation, histories, known, firstSeeds.get(mutation.name));
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
  firstSeed: number | undefined,
): Promise<MutationResult> {
  try {
    const again = firstSeed === undefined ? undefined : await breaksAt(mutation, firstSeed);
    if (again !== undefined) return { mutation, found: again };
    const maxFailed = known.size + 1;
    const failures = await runMutated({ mutation: mutation.name, histories, maxFailed });
    const found = failures.find(({ seed }) => !known.has(seed));
    return found === undefined ? { mutation } : { mutation, found };
  } catch (error) {
    return { mutation, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What one history breaks with the mutation, and without it does not. */
async function breaksAt({ name }: Mutation, seed: number): Promise<Failure | undefined> {
  const one = { from: seed, histories: 1, maxFailed: 1 };
  const [found] = await runMutated({ ...one, mutation: name });
  if (found === undefined) return undefined;
  return (await runMutated(one)).length === 0 ? found : undefined;
}
