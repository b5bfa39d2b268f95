import type { World } from '../world/world.ts';

/** One direction of a connection: what goes in comes out later, in its order, or not at all. */
export class Pipe<T extends NonNullable<unknown> | null> {
  readonly #world: World;
  readonly #longestMs: number;
  readonly #deliver: (item: T) => void;
  readonly #queue: T[] = [];
  #head = 0;
  #lastDue = 0;
  #isShut = false;

  constructor(world: World, longestMs: number, deliver: (item: T) => void) {
    this.#world = world;
    this.#longestMs = longestMs;
    this.#deliver = deliver;
  }

  push(item: T): void {
    if (this.#isShut) return;
    const world = this.#world;
    const due = Math.max(this.#lastDue, world.now() + world.between(0, this.#longestMs));
    this.#lastDue = due;
    this.#queue.push(item);
    // What is due at the same time comes in any order, but it is always the first that comes out.
    world.after(due - world.now(), () => {
      const first = this.#queue[this.#head];
      this.#head += 1;
      if (!this.#isShut && first !== undefined) this.#deliver(first);
    });
  }

  /** Nothing comes out any more. */
  shut(): void {
    this.#isShut = true;
  }
}
