/** A bug that is put into the product on purpose: the simulation has to find it. */
export interface Mutation {
  /** Kebab-case; its own among all. */
  readonly name: string;
  /** What is broken, in one sentence. */
  readonly about: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/**
 * The source with its bug. Throws where `find` does not stand in it exactly once: the product has
 * moved on, and the mutation has to follow it.
 */
export function applyMutation(source: string, mutation: Mutation): string {
  const { name, file, find, replace } = mutation;
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(
      `The mutation ${name} looks for a text that stands ${parts.length - 1} times in ${file}, not once: ${find}`,
    );
  }
  return parts.join(replace);
}
