/** Where a call stands among those of its step that have effects. */
export interface Place {
  /** Resolves when nobody stands before it any more; absent where nobody did. */
  readonly reached: Promise<void> | undefined;
  /** Lets those behind it come up. */
  leave(): void;
}

/**
 * Calls with effects come to run in the order in which the model made them, however long it takes to
 * decide on each. One that waits for a person leaves its place: nobody else waits for people.
 */
export class CallLine {
  #end: Promise<void> | undefined;

  take(): Place {
    const reached = this.#end;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#end = reached === undefined ? promise : reached.then(() => promise);
    return { reached, leave: resolve };
  }
}
