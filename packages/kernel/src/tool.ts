import type { ContentPart } from './content.ts';
import type { OutputStream } from './event.ts';
import type { JsonSchema, JsonValue } from './json.ts';
import type { SpanContext } from './logging.ts';

/**
 * What running a call again would mean (KERNEL.md rule 4): `pure` reads only; `idempotent` is safe
 * to run again with the same `callId`; `reconcilable` can be asked afterwards whether it happened;
 * `unsafe` is none of these.
 */
export type ToolEffect = 'pure' | 'idempotent' | 'reconcilable' | 'unsafe';

/** A tool as lists hold it: `defineTool` has closed over the type of its input. */
export interface Tool {
  /** `[a-zA-Z0-9_-]{1,64}`, by custom snake_case; unique among the tools of a turn. */
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly effect: ToolEffect;
  /** May run beside other calls of its step. */
  readonly isConcurrent: boolean;
  /** Absent: the kernel's default (120,000). */
  readonly timeoutMs?: number;

  /** Checks the input and, if it is good, returns what runs. Must not throw; nothing runs yet. */
  prepare(input: JsonValue): PreparedCall;

  /**
   * Tells, after a crash, what became of a call that had started. For `reconcilable` tools only.
   * A rejection counts as `unknown`.
   */
  reconcile?(input: JsonValue, context: ToolContext): Promise<Reconciled>;
}

export type PreparedCall =
  | { readonly ok: true; run(context: ToolContext): Promise<ToolResult> }
  /** `message` tells the model what is wrong with the input and what to do instead. */
  | { readonly ok: false; readonly message: string };

export type Reconciled =
  | { readonly outcome: 'done'; readonly result: ToolResult }
  | { readonly outcome: 'not-done' }
  | { readonly outcome: 'unknown' };

/** What the model is told. Expected failures are results with `isError`, not exceptions. */
export interface ToolResult {
  readonly content: readonly ContentPart[];
  readonly isError?: boolean;
}

export interface ToolContext {
  readonly callId: string;
  readonly conversationId: string;
  readonly turnId: string;
  readonly stepId: string;
  /** Fires on abort, at the deadline and at shutdown. Return within 100 ms or be left behind. */
  readonly signal: AbortSignal;
  /** The call's span. */
  readonly span: SpanContext;
  /** The conversation's working folder, absolute; absent where the host has none. */
  readonly cwd?: string;
  /** Where it runs; absent: on the host itself. */
  readonly computerId?: string;
  /** Tells clients what the call prints, as it prints. Synchronous, cheap; does nothing once the call is over. */
  output(stream: OutputStream, delta: string): void;
}

export interface ToolOptions<Input> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** `unsafe` unless given. */
  readonly effect?: ToolEffect;
  /** True for `pure` tools unless given, false for others. */
  readonly isConcurrent?: boolean;
  readonly timeoutMs?: number;
  /** Throws, or returns the typed input. The message of what it throws is shown to the model. */
  parse(input: JsonValue): Input;
  /**
   * Runs one call that the model asked for. At most once per `callId` while its host lives; calls
   * of one step may overlap where `isConcurrent`, so keep no mutable state outside.
   *
   * Errors: an expected failure is a result with `isError`. What is thrown is a bug of the tool:
   * the model gets its message, the span the rest.
   */
  run(input: Input, context: ToolContext): Promise<ToolResult>;
  reconcile?(input: Input, context: ToolContext): Promise<Reconciled>;
}

/** Makes a tool of typed parts. */
export function defineTool<Input>(options: ToolOptions<Input>): Tool {
  const { parse, run, reconcile, effect = 'unsafe', timeoutMs } = options;
  return {
    name: options.name,
    description: options.description,
    inputSchema: options.inputSchema,
    effect,
    isConcurrent: options.isConcurrent ?? effect === 'pure',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    prepare(raw) {
      let input: Input;
      try {
        input = parse(raw);
      } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error) };
      }
      return { ok: true, run: (context) => run(input, context) };
    },
    ...(reconcile === undefined
      ? {}
      : { reconcile: async (raw, context) => reconcile(parse(raw), context) }),
  };
}

/** A result of one text. */
export function textResult(text: string): ToolResult {
  return { content: [{ type: 'text', text }] };
}

/** A result that tells the model what went wrong and what to do instead. */
export function errorResult(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
