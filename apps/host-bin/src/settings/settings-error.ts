/** A configuration that the host can not start with. Each problem is a line for the operator. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** The end of a sentence about a name that nobody knows. */
export function didYouMean(nearest: string | undefined, known: readonly string[]): string {
  return nearest === undefined
    ? `the known ones are ${known.join(', ')}`
    : `did you mean ${nearest}?`;
}
