import { scaleMeasures } from '../scale/measures.ts';
import { measureBus } from './bus.ts';
import { measureDeltas, measureSteps, measureTurns } from './kernel.ts';
import { measureParse } from './parse.ts';
import { measureSearch } from './search.ts';
import { measureShell } from './shell.ts';
import { measureSsh } from './ssh.ts';
import { measureInsert, measureStore } from './store.ts';

/** What can be measured in a process of its own, by name; with its options as JSON. */
export const measures: Readonly<Record<string, (options: string) => Promise<unknown>>> = {
  deltas: (options) => measureDeltas(JSON.parse(options)),
  steps: (options) => measureSteps(JSON.parse(options)),
  turns: (options) => measureTurns(JSON.parse(options)),
  parse: (options) => measureParse(JSON.parse(options)),
  store: () => measureStore(),
  insert: () => measureInsert(),
  bus: (options) => measureBus(JSON.parse(options)),
  search: (options) => measureSearch(JSON.parse(options)),
  shell: () => measureShell(),
  ssh: () => measureSsh(),
  ...scaleMeasures,
};
