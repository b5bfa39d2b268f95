const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Marks up text for a terminal; changes nothing where there are no colours. */
export type Style = Readonly<Record<keyof typeof codes, (text: string) => string>>;

export function createStyle(hasColours: boolean): Style {
  const mark = (code: number) => (text: string) =>
    hasColours && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: mark(codes.bold),
    dim: mark(codes.dim),
    red: mark(codes.red),
    green: mark(codes.green),
    yellow: mark(codes.yellow),
    cyan: mark(codes.cyan),
  };
}

/** `FORCE_COLOR` over `NO_COLOR` over whether a terminal reads it. */
export function wantsColours(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = env;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (none !== undefined && none !== '') return false;
  return isTerminal && terminal !== 'dumb';
}
