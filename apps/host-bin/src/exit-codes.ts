/** How the host's process ends (HOST.md, "Ready, and stop"; the numbers are those of sysexits). */
export const exitCodes = {
  ok: 0,
  /** A store, or something else the host stands on, does not answer. */
  unavailable: 69,
  /** A fault of the host or of an extension. */
  internal: 70,
  /** The data folder or the port is in use: try again later. */
  inUse: 75,
  /** Bad configuration. */
  configuration: 78,
} as const;

/** A start that ends here. The first line says what happened, the others what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(exitCode: number, message: string, hint?: string) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
