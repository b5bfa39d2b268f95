import type { CallSubject, ToolEffect } from '@dispatch/kernel';

/** A call as the tool and the conversation tell it, before anything was looked up. */
export interface CallFacts {
  readonly tool: string;
  readonly effect: ToolEffect;
  readonly subject: CallSubject | undefined;
  /** Absolute; absent: the home on its computer. */
  readonly cwd?: string;
  readonly computerId?: string;
  /** Absent: of none, so that nothing is granted. */
  readonly conversationId?: string;
}
