import type { Mutation } from './mutation.ts';

/** What a child process is asked for. */
export interface SearchRequest {
  /** Absent: the product as it is. */
  readonly mutation?: Mutation;
  /** The first seed. */
  readonly from: number;
  readonly histories: number;
  /** Seeds that prove nothing: their histories break a promise without a mutation, too. */
  readonly except: readonly number[];
  /** Go on to the last history instead of ending with the first violation. */
  readonly isWhole: boolean;
}

export interface FoundViolation {
  readonly seed: number;
  readonly rule: string;
  readonly message: string;
}

/** What a child process answers. */
export interface SearchResult {
  /** Run, the last one included. */
  readonly histories: number;
  readonly violations: readonly FoundViolation[];
}
