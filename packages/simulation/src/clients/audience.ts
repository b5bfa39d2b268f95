import type { Mirror } from './mirror.ts';

/** Who heard of a conversation. */
export interface Audience {
  /** They go on until they know all of it. */
  readonly followers: Mirror[];
  /** They read one turn each, from its start, as far as they come. */
  readonly readers: Mirror[];
}
