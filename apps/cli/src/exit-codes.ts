/** How `dispatch` ends. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  timedOut: 124,
  interrupted: 130,
} as const;

/** A command that ends here. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  /** What to do; may have several lines. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

export function usageError(message: string, hint = 'See `dispatch --help`.'): CommandError {
  return new CommandError(message, hint, exitCodes.usage);
}
