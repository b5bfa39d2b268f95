import type { Context } from './command.ts';
import { usageError } from './exit-codes.ts';
import { nearestWord } from './nearest-word.ts';

/** What the first word after a command asks for. */
export interface Subcommand {
  /** What follows the word. */
  readonly usage: string;
  readonly minWords: number;
  readonly maxWords: number;
  run(context: Context, words: readonly string[]): Promise<number>;
}

/** Runs the subcommand of the first word; `list` where there is none. Throws a usage error. */
export async function runSubcommand(
  name: string,
  subcommands: Readonly<Record<string, Subcommand>>,
  context: Context,
): Promise<number> {
  const [word = 'list', ...words] = context.positionals;
  const names = Object.keys(subcommands);
  const subcommand = Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
  if (subcommand === undefined) {
    const near = nearestWord(word, names);
    throw usageError(
      `There is no \`dispatch ${name} ${word}\`.`,
      near === undefined
        ? `It takes ${names.join(', ')}.`
        : `Did you mean \`dispatch ${name} ${near}\`?`,
    );
  }
  const { usage, minWords, maxWords } = subcommand;
  if (words.length < minWords || words.length > maxWords) {
    throw usageError(
      words.length < minWords ? 'Something is missing.' : 'That is too much.',
      `Usage: dispatch ${name} ${word} ${usage}`.trimEnd(),
    );
  }
  return subcommand.run(context, words);
}
