/** What the braces of a glob come to at most. */
const maxAlternatives = 256;

/**
 * `a.{ts,tsx}` as `a.ts` and `a.tsx`; braces may stand in braces. Braces that are not closed, hold no
 * comma or stand behind a `\` are characters like others. Throws a sentence beyond 256 alternatives.
 */
export function expandBraces(glob: string): readonly string[] {
  const found = findBraces(glob);
  if (found === undefined) return [glob];
  const { start, end, choices } = found;
  const rests = expandBraces(glob.slice(end));
  const all = choices.flatMap((choice) =>
    expandBraces(choice).flatMap((middle) =>
      rests.map((rest) => `${glob.slice(0, start)}${middle}${rest}`),
    ),
  );
  if (all.length > maxAlternatives) {
    throw new Error(`The braces of the glob come to more than ${maxAlternatives} alternatives.`);
  }
  return all;
}

function findBraces(glob: string) {
  for (let start = 0; start < glob.length; start += 1) {
    if (glob[start] === '\\') start += 1;
    else if (glob[start] === '{') {
      const found = splitBraces(glob, start);
      if (found !== undefined && found.choices.length > 1) return { start, ...found };
    }
  }
  return undefined;
}

/** The choices between the brace at `start` and the one that closes it. */
function splitBraces(glob: string, start: number) {
  const choices: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < glob.length; at += 1) {
    const character = glob[at];
    if (character === '\\') at += 1;
    else if (character === '{') depth += 1;
    else if (character === ',' && depth === 1) {
      choices.push(glob.slice(from, at));
      from = at + 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth === 0) return { choices: [...choices, glob.slice(from, at)], end: at + 1 };
    }
  }
  return undefined;
}
