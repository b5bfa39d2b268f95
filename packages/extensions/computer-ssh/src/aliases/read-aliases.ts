import { readFile } from 'node:fs/promises';
import { isAlias, readConfigLine } from './config-words.ts';
import { expandPattern } from './expand-pattern.ts';

/** As deep as `ssh` follows. */
const deepest = 16;
const mostFiles = 500;
const mostAliases = 2000;

export interface ConfigPlace {
  readonly file: string;
  /** Where `~` and names without a folder of an `Include` lead. */
  readonly home: string;
}

/**
 * The aliases of an SSH configuration and of all that it includes, in their order: the words of its
 * `Host` lines that name one computer. What stands under `Match` names none. A file that is not there
 * holds none; what is beyond 2,000 aliases or 500 files is left out.
 */
export async function readAliases({ file, home }: ConfigPlace): Promise<ReadonlySet<string>> {
  const aliases = new Set<string>();
  let files = 0;

  const read = async (path: string, depth: number): Promise<void> => {
    files += 1;
    if (depth > deepest || files > mostFiles) return;
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const { keyword, words = [] } = readConfigLine(line) ?? {};
      if (keyword === 'host') {
        for (const word of words)
          if (aliases.size < mostAliases && isAlias(word)) aliases.add(word);
      } else if (keyword === 'include') {
        for (const word of words) {
          const found = await expandPattern(locate(word, home), mostFiles);
          for (const included of found) await read(included, depth + 1);
        }
      }
    }
  };

  await read(file, 0);
  return aliases;
}

function locate(word: string, home: string): string {
  if (word.startsWith('/')) return word;
  return word.startsWith('~/') ? `${home}${word.slice(1)}` : `${home}/.ssh/${word}`;
}
