type Listener = (...values: never[]) => void;

/** The part of an event emitter that the protocols use. */
export class Listeners<Event extends string> {
  readonly #byEvent = new Map<Event, Listener[]>();

  add(event: Event, listener: Listener): void {
    const listeners = this.#byEvent.get(event);
    if (listeners === undefined) this.#byEvent.set(event, [listener]);
    else listeners.push(listener);
  }

  remove(event: Event, listener: Listener): void {
    const listeners = this.#byEvent.get(event) ?? [];
    const index = listeners.indexOf(listener);
    if (index >= 0) listeners.splice(index, 1);
  }

  /** Of those that were added; `once` ones take themselves out first. */
  tell(event: Event, ...values: unknown[]): void {
    // Each listener was added for its event by a method that has the types of its values.
    for (const listener of [...(this.#byEvent.get(event) ?? [])]) listener(...(values as never[]));
  }
}
