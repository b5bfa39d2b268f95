/**
 * Drops the backslash before characters that need none: models write `\/` and `\"` as in other
 * dialects, and ripgrep refuses that. Pure.
 */
export function relaxEscapes(pattern: string): string {
  return pattern.replaceAll(/\\([\s\S])/g, (written, character: string) =>
    /[ !"%',/:;=@_`]/.test(character) ? character : written,
  );
}
