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
  /**
   * Its steps are recorded one by one (`ToolContext.step`), and a call that its host was lost in
   * runs again from the start, with those steps given back. Only of `idempotent` and `unsafe` tools.
   */
  readonly isDurable?: boolean;

  /** Checks the input and, if it is good, returns what runs. Must not throw; nothing runs yet. */
  prepare(input: JsonValue): PreparedCall;

  /** What a call with this input touches; undefined where the tool does not say or the input is bad. Must not throw. */
  subjectOf?(input: JsonValue): CallSubject | undefined;

  /**
   * Tells, after a crash, what became of a call that had started. For `reconcilable` tools only.
   * A rejection counts as `unknown`.
   */
  reconcile?(input: JsonValue, context: ToolContext): Promise<Reconciled>;
}

/** What a call would touch, for hooks that decide on it: they need not know the tool. */
export interface CallSubject {
  /** Files and folders, as the input names them: absolute, or relative to `cwd`. */
  readonly paths?: readonly string[];
  /** For the shell of its computer. */
  readonly command?: string;
  /** A person or a rule alone may let it run; nobody's absence does. */
  readonly needsPerson?: true;
  /** The call is questions to a person, whose answers are its result. */
  readonly questions?: readonly JsonValue[];
  /** It changes nothing but what the tool keeps for this conversation alone: nobody need be asked. */
  readonly changesOwnStateOnly?: true;
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
  /** Of a durable tool. In any other, `do` rejects: what it did would not be recorded. */
  readonly step: ToolSteps;
}

/** The steps of one call of a durable tool. */
export interface ToolSteps {
  /**
   * Runs `fn` and records what it returns, or returns what this call has recorded under `name`
   * already, without running it. Resolves once the value is durable. Steps may overlap; what stands
   * outside of them runs again with each rerun and must come to the same names.
   *
   * A step that was under way when its host was lost runs again: make `fn` idempotent, for example
   * by `context.callId` and the step's name as its idempotency key.
   *
   * The value comes back as JSON keeps it, in the first run as in a rerun. It passes no redactor:
   * neither it nor the name is told as an event, nor stands in a trace, but the store keeps both
   * until the turn's step is committed. At most 1 MiB of JSON, and 1,000 steps a call (`TurnLimits`).
   *
   * Errors: what `fn` throws passes through and nothing is recorded; the name may be used again.
   * Rejects without running `fn` where the name was used in this run already, a limit is met, or
   * the call's signal has fired. Where the host can not record, it rejects and the turn gives up:
   * the call's result is dropped.
   *
   * @param name Unique within the call; 1 to 200 characters, no control characters, no `#` in front.
   */
  do<T extends JsonValue>(name: string, fn: () => Promise<T> | T): Promise<T>;
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
  /** Records its steps one by one (`context.step`), and runs again where its host was lost. */
  readonly isDurable?: boolean;
  /** Throws, or returns the typed input. The message of what it throws is shown to the model. */
  parse(input: JsonValue): Input;
  /**
   * Runs one call that the model asked for. At most once per `callId` and owner of the turn; calls
   * of one step may overlap where `isConcurrent`, so keep no mutable state outside. The deadline
   * of a durable tool begins anew with each run.
   *
   * Errors: an expected failure is a result with `isError`. What is thrown is a bug of the tool:
   * the model gets its message, the span the rest.
   */
  run(input: Input, context: ToolContext): Promise<ToolResult>;
  /** Pure: from the input alone. */
  subjectOf?(input: Input): CallSubject;
  reconcile?(input: Input, context: ToolContext): Promise<Reconciled>;
}

/** Makes a tool of typed parts. Throws where it is durable and `pure` or `reconcilable`. */
export function defineTool<Input>(options: ToolOptions<Input>): Tool {
  const { parse, run, reconcile, subjectOf } = options;
  const { effect = 'unsafe', timeoutMs, isDurable = false } = options;
  if (isDurable && (effect === 'pure' || effect === 'reconcilable')) {
    throw new Error(`The tool ${options.name} can not be durable: ${whyNotDurable[effect]}.`);
  }
  return {
    name: options.name,
    description: options.description,
    inputSchema: options.inputSchema,
    effect,
    isConcurrent: options.isConcurrent ?? effect === 'pure',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(isDurable ? { isDurable } : {}),
    prepare(raw) {
      let input: Input;
      try {
        input = parse(raw);
      } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error) };
      }
      return { ok: true, run: (context) => run(input, context) };
    },
    ...(subjectOf === undefined
      ? {}
      : {
          subjectOf(raw) {
            try {
              return subjectOf(parse(raw));
            } catch {
              return undefined;
            }
          },
        }),
    ...(reconcile === undefined
      ? {}
      : { reconcile: async (raw, context) => reconcile(parse(raw), context) }),
  };
}

const whyNotDurable = {
  pure: 'it is pure, so nothing of it has to be recorded',
  reconcilable: 'a durable call is run again, and never asked what became of it',
};

/** A result of one text. */
export function textResult(text: string): ToolResult {
  return { content: [{ type: 'text', text }] };
}

/** A result that tells the model what went wrong and what to do instead. */
export function errorResult(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
