import type { Span } from '../logging.ts';

/** A step that is under way. */
export interface Step {
  /** `<turnId>#<index>` */
  readonly stepId: string;
  readonly index: number;
  readonly span: Span;
}
