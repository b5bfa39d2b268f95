/** A match, as far as a replacement can name it. */
export interface MatchedGroups {
  readonly groupCount: number;
  readonly names: readonly string[];
  /** Empty where the group took no part. 0 is the whole match. */
  group(which: number | string): string;
}

export type Expanded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/**
 * Puts groups into a replacement: `$1` to `$99`, `$<name>`, `$&` for the match, `$$` for a dollar
 * sign. A group that the pattern has not is refused; any other dollar sign stands for itself. Pure.
 */
export function expandReplacement(replacement: string, match: MatchedGroups): Expanded {
  let unknown: string | undefined;
  const text = replacement.replaceAll(
    /\$(?:([$&])|<([^>]*)>|([1-9]\d?))/g,
    (whole: string, sign?: string, name?: string, digits?: string) => {
      if (sign !== undefined) return sign === '$' ? '$' : match.group(0);
      if (name !== undefined) {
        if (match.names.includes(name)) return match.group(name);
      } else if (digits !== undefined) {
        if (Number(digits) <= match.groupCount) return match.group(Number(digits));
        // As in JavaScript: `$10` with one group is the first, and a 0.
        const [first = '', rest = ''] = digits;
        if (rest !== '' && Number(first) <= match.groupCount)
          return match.group(Number(first)) + rest;
      }
      unknown ??= whole;
      return '';
    },
  );
  if (unknown === undefined) return { ok: true, text };
  return {
    ok: false,
    message: `The replacement names ${unknown}, a group that the pattern does not have. Write $$ for a dollar sign.`,
  };
}
