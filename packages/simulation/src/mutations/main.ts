// `npm run simulate:mutations`: puts bugs into the product, one at a time, and leaves with 1 where the
// simulation does not find one of them, or finds something without any. `--check` tries first what
// has found each before.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { regressions } from '../regressions.ts';
import { formatResult, formatTable } from './format-report.ts';
import { mutations } from './mutations.ts';
import { type MutationReport, tryMutations } from './try-mutations.ts';

const usage = `npm run simulate:mutations -- [name ...] [--histories 2000] [--json] [--check | --write]`;
const notes = new URL('../../../../notes/measurements/', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    histories: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const histories = Number(values.histories);
const unknown = positionals.find((name) => !mutations.some((one) => one.name === name));

if (unknown !== undefined || !Number.isSafeInteger(histories) || histories < 1) {
  const given = unknown ?? `--histories ${values.histories}`;
  console.error(`${given} is not understood\n${usage}`);
  process.exitCode = 2;
} else {
  const chosen = mutations.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const report = await tryMutations({
    mutations: chosen,
    histories,
    firstSeeds: values.check ? knownSeeds() : rareSeeds(),
    onResult: (result) => console.error(formatResult(result)),
  });
  tell(report);
}

/** Of the regressions, and where there is none of the last table. */
function knownSeeds(): ReadonlyMap<string, number> {
  // Written by this command.
  const { results }: MutationReport = JSON.parse(
    readFileSync(new URL('mutations.json', notes), 'utf8'),
  );
  return new Map([
    ...results.flatMap(({ mutation, found }): [string, number][] =>
      found === undefined ? [] : [[mutation.name, found.seed]],
    ),
    ...regressionSeeds(),
  ]);
}

/** Of what is too rare to be found from seed 0 on. */
function rareSeeds(): ReadonlyMap<string, number> {
  return new Map(regressionSeeds().filter(([, seed]) => seed >= histories));
}

function regressionSeeds(): readonly [string, number][] {
  return regressions.flatMap(({ mutation, seed }): [string, number][] =>
    mutation === undefined ? [] : [[mutation, seed]],
  );
}

function tell(report: MutationReport): void {
  const { unmutated, results } = report;
  const table = formatTable(report);
  const json = JSON.stringify(report, null, 1);
  console.log(values.json ? json : table);
  if (values.write && !values.check) {
    writeFileSync(new URL('mutations.json', notes), `${json}\n`);
    writeFileSync(new URL('mutations.md', notes), `${preface(report)}\n\n${table}\n`);
  }
  for (const { seed, rule } of unmutated) {
    console.error(`without a mutation, seed ${seed} breaks ${rule}`);
  }
  const isPassed = unmutated.length === 0 && results.every(({ found }) => found !== undefined);
  process.exitCode = isPassed ? 0 : 1;
}

function preface({ unmutated, results }: MutationReport): string {
  const found = results.filter((result) => result.found !== undefined).length;
  return `# Mutations

By \`npm run simulate:mutations\`: bugs that are put into the product on purpose, and how many simulated
histories it took to find each, from seed 0 on, or the seed that is known to find what is rarer. ${found}
of ${results.length} found by ${histories} histories, or those seeds; the same histories of the product as it is broke
${unmutated.length} promises.`;
}
