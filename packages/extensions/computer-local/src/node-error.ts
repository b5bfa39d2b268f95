/** A failure that no call of the system's told, in the form of one that did. */
export function nodeError(code: string, words: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${words}, '${path}'`), { code, path });
}

/** Whether an error has this code of Node's. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
