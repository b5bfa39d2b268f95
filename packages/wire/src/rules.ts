import * as z from 'zod';
import { jsonValue } from './json-value.ts';

// The rules of consent: what clients show of them, and ask about. The rules themselves are whatever
// the host's extension takes.

const decision = z.enum(['allow', 'ask', 'deny']);
const rule = z.lazy(() => z.record(z.string(), jsonValue));

/** `POST /rules/explain`. */
export const explainBody = z.strictObject({
  tool: z.string().min(1).max(256),
  input: jsonValue,
  cwd: z.string().min(1).max(4096).startsWith('/').exactOptional(),
  computerId: z.string().min(1).max(256).exactOptional(),
});

/** `GET /rules`: in the order in which they count. */
export const rulesResponse = z.lazy(() =>
  z.object({
    configured: z.array(z.object({ name: z.string(), rule })),
    stored: z.array(
      z.object({
        ruleId: z.string(),
        rule,
        conversationId: z.string(),
        addedAt: z.iso.datetime(),
      }),
    ),
  }),
);

/** A word as it is known, or as it was written where only the run tells what it is. */
const word = z.lazy(() => z.union([z.string(), z.object({ unknown: z.string() })]));

const seenCommand = z.lazy(() =>
  z.object({
    words: z.array(word),
    assignments: z.array(word).exactOptional(),
    redirections: z.array(z.object({ operator: z.string(), target: word })).exactOptional(),
    /** What starts it, where it does not stand there by itself. */
    within: z.string().exactOptional(),
  }),
);

/** What `POST /rules/explain` answers: the decision, what made it, and what was seen of the call. */
export const explanation = z.lazy(() =>
  z.object({
    decision,
    decidedBy: z.string(),
    reason: z.string(),
    /** The strictest first. */
    parts: z.array(
      z.object({
        kind: z.string(),
        what: z.string(),
        /** Where it leads, links resolved. */
        path: z.string().exactOptional(),
        decision,
        decidedBy: z.string(),
      }),
    ),
    command: z
      .object({ commands: z.array(seenCommand), unclear: z.array(z.string()) })
      .exactOptional(),
    /** What `always` would add. */
    proposedRule: rule.exactOptional(),
    /** The tool would refuse the input, whatever is decided. */
    inputProblem: z.string().exactOptional(),
  }),
);

export type ExplainBody = z.infer<typeof explainBody>;
export type RulesResponse = z.infer<typeof rulesResponse>;
export type Explanation = z.infer<typeof explanation>;
export type SeenCommand = z.infer<typeof seenCommand>;
