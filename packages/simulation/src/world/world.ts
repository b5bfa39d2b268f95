import { seededRandom } from '@dispatch/conformance/fakes';
import { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';
import { Violation } from './violation.ts';

/** One history's time, chance and memory: everything in it comes from one seed. */
export class World {
  readonly seed: number;
  readonly timeline: Timeline;
  readonly trace: Trace;
  /** How often each kind of fault was done. */
  readonly faults = new Map<string, number>();
  /** How many times an invariant was looked at. */
  checks = 0;
  violation: Violation | undefined;
  /** From here on nothing goes wrong any more; Infinity: it still does. */
  healedAt = Number.POSITIVE_INFINITY;
  /** Hosts that died so far. */
  crashes = 0;
  readonly random: () => number;

  constructor(seed: number, trace: Trace) {
    this.seed = seed;
    this.trace = trace;
    this.random = seededRandom(seed);
    this.timeline = new Timeline(this.random);
  }

  now(): number {
    return this.timeline.now();
  }

  get isHealed(): boolean {
    return this.healedAt !== Number.POSITIVE_INFINITY;
  }

  heal(): void {
    this.healedAt = this.now();
  }

  after(ms: number, run: () => void) {
    return this.timeline.after(ms, run);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.timeline.after(ms, resolve);
    });
  }

  chance(probability: number): boolean {
    return probability > 0 && this.random() < probability;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.random() * from.length)] ?? from[0];
  }

  pickAny<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.random() * from.length)];
  }

  note(who: string, what: string, detail?: string): void {
    if (this.trace.isOn) this.trace.note(this.now(), who, what, detail);
  }

  fault(kind: string, who: string, detail?: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    if (this.trace.isOn) this.trace.note(this.now(), who, `FAULT ${kind}`, detail);
  }

  /** The first one counts: what comes after it may follow from it. */
  violated(rule: string, message: string): void {
    this.violation ??= new Violation(rule, message);
    this.note('world', `VIOLATED ${rule}`, message);
  }
}
