/** A text of a source that is replaced. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A bug that is put into the product on purpose: the simulation has to find it. */
export interface Mutation extends Edit {
  /** Kebab-case; its own among all. */
  readonly name: string;
  /** What is broken, in one sentence. */
  readonly about: string;
  /** Where the product is guarded twice: the rest of it, in other files. */
  readonly also?: readonly Edit[];
}

/**
 * The source of a file with the bug; as it is where the mutation does not touch it. Throws where a
 * text does not stand in it exactly once: the product has moved on, and the mutation has to follow it.
 */
export function applyMutation(source: string, mutation: Mutation, file = mutation.file): string {
  let mutated = source;
  for (const edit of editsOf(mutation)) {
    if (edit.file !== file) continue;
    const parts = mutated.split(edit.find);
    if (parts.length !== 2) {
      throw new Error(
        `The mutation ${mutation.name} looks for a text that stands ${parts.length - 1} times in ${file}, not once: ${edit.find}`,
      );
    }
    mutated = parts.join(edit.replace);
  }
  return mutated;
}

export function editsOf(mutation: Mutation): readonly Edit[] {
  return [mutation, ...(mutation.also ?? [])];
}
