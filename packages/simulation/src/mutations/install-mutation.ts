// Preloaded (`--import`) by the process and the threads that run histories with a bug: it is put into
// its source when that is loaded. The bug's name comes with this module's own address.
import { registerHooks } from 'node:module';
import { applyMutation, editsOf } from './mutation.ts';
import { mutations } from './mutations.ts';

const name = new URL(import.meta.url).searchParams.get('mutation');
const mutation = mutations.find((one) => one.name === name);
if (mutation === undefined) throw new Error(`There is no mutation ${name}.`);
const files = new Map(
  editsOf(mutation).map(({ file }) => [new URL(`../../../../${file}`, import.meta.url).href, file]),
);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const file = files.get(url);
    if (file === undefined) return loaded;
    return { ...loaded, source: applyMutation(textOf(loaded.source), mutation, file) };
  },
});

function textOf(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source).toString();
  throw new Error('The source is not there as a text.');
}
