import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { SearchCase, SearchOptions, SearchTimes } from '../measures/search.ts';
import { makeSearchTree, rareWord, treeFiles } from '../measures/search-tree.ts';
import { measureInChild } from '../processes.ts';
import { type Result, type Row, ratioResult } from '../row.ts';
import { median, spread } from '../statistics.ts';

interface NamedCase extends SearchCase {
  readonly name: string;
}

/** Programs that use all processors for a fifth of a second: what else the machine does weighs much. */
const repetitions = 11;

const files = treeFiles.toLocaleString('en-US');

export const grep: Row = {
  name: 'grep',
  what: `the tool grep over ${files} files, and rg itself`,
  repetitions,
  measure: measureCases([
    {
      name: 'a rare word',
      tool: 'grep',
      input: { pattern: rareWord },
      floors: { rg: ['rg', '-n', rareWord, './'], grep: ['grep', '-rn', rareWord, '.'] },
    },
    {
      name: 'nothing, by a class',
      tool: 'grep',
      input: { pattern: 'zq\\w+x\\d' },
      floors: {
        rg: ['rg', '-n', 'zq\\w+x\\d', './'],
        grep: ['grep', '-rnE', 'zq[[:alnum:]_]+x[0-9]', '.'],
      },
    },
    {
      name: 'every file, names alone',
      tool: 'grep',
      input: { pattern: 'common', output: 'files' },
      floors: { rg: ['rg', '-l', 'common', './'], grep: ['grep', '-rl', 'common', '.'] },
    },
  ]),
};

export const glob: Row = {
  name: 'glob',
  what: `the tool glob over ${files} files, and rg and find themselves`,
  repetitions,
  measure: measureCases([
    {
      name: 'a third of the files',
      tool: 'glob',
      input: { pattern: '**/*.ts' },
      floors: {
        rg: ['rg', '--files', '--type-add=wanted:*.ts', '--type=wanted'],
        // Less work: what its globs name it does not hold to the ignore files any more.
        'rg -g': ['rg', '--files', '-g', '**/*.ts'],
        find: ['find', '.', '-name', '*.ts', '-not', '-path', './node_modules/*'],
      },
    },
    {
      name: 'every file',
      tool: 'glob',
      input: { pattern: '**' },
      floors: {
        rg: ['rg', '--files'],
        find: ['find', '.', '-type', 'f', '-not', '-path', './node_modules/*'],
      },
    },
  ]),
};

function measureCases(cases: readonly NamedCase[]): Row['measure'] {
  return async (repetitions, tell) => {
    const hasRipgrep = (process.env.PATH ?? '')
      .split(delimiter)
      .some((folder) => existsSync(join(folder, 'rg')));
    if (!hasRipgrep) {
      tell('no rg is on the PATH: there is nothing to measure beside');
      return { samples: {}, results: [] };
    }
    const folder = mkdtempSync(join(tmpdir(), 'bench-tree-'));
    tell(`making ${files} files`);
    makeSearchTree(folder);
    const samples: Record<string, SearchTimes> = {};
    const results: Result[] = [];
    for (const { name, ...search } of cases) {
      tell(name);
      const options: SearchOptions = { folder, repetitions, search };
      const times = await measureInChild<SearchTimes>('search', options);
      samples[name] = times;
      results.push(...resultsOf(search.tool, name, times));
    }
    rmSync(folder, { recursive: true });
    return { samples, results };
  };
}

/** Ours is held to ripgrep alone; our own walk, and other programs, are told beside it. */
function resultsOf(row: string, name: string, times: SearchTimes): readonly Result[] {
  const of = (who: string) => times[who] ?? [];
  const pair = (mine: string, theirs: string) => ({
    texts: { ours: `${spread(of(mine))} ms`, floor: `${spread(of(theirs))} ms (${theirs})` },
    ratio: median(of(mine)) / median(of(theirs)),
  });
  const served = pair('ours', 'rg');
  const others = Object.keys(times).filter((who) => !['ours', 'walk', 'rg'].includes(who));
  return [
    ratioResult(row, name, served.texts, served.ratio, 1.5),
    ...others.map((other) => {
      const isRipgrep = other.startsWith('rg');
      const { texts, ratio } = pair(isRipgrep ? 'ours' : 'walk', other);
      const figure = isRipgrep ? name : `${name}, without ripgrep`;
      return { row, figure, ...texts, value: `${ratio.toFixed(2)} x`, bar: '-' };
    }),
  ];
}
