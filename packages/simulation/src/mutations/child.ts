// A process of its own for one mutation: it is put into the source before anything imports it.
import { registerHooks } from 'node:module';
import { applyMutation, type Mutation } from './mutation.ts';
import type { FoundViolation, SearchRequest, SearchResult } from './search.ts';

const root = new URL('../../../../', import.meta.url);

process.once('message', (request: SearchRequest) => {
  const { mutation } = request;
  const isApplied = mutation === undefined ? () => true : install(mutation);
  search(request).then(
    (result) => {
      if (!isApplied()) throw new Error(`${mutation?.file} was never loaded`);
      process.send?.(result);
      process.disconnect();
    },
    (error: unknown) => {
      throw error;
    },
  );
});

/** Returns what tells whether the source was loaded. */
function install(mutation: Mutation): () => boolean {
  const { href } = new URL(mutation.file, root);
  let isLoaded = false;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== href) return loaded;
      isLoaded = true;
      return { ...loaded, source: applyMutation(textOf(loaded.source), mutation) };
    },
  });
  return () => isLoaded;
}

function textOf(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source).toString();
  throw new Error('The source is not there as a text.');
}

async function search(request: SearchRequest): Promise<SearchResult> {
  const { from, histories, except, isWhole } = request;
  const { simulate } = await import('../simulate.ts');
  const isExcepted = new Set(except);
  const violations: FoundViolation[] = [];
  let count = 0;
  for (let seed = from; seed < from + histories; seed += 1) {
    count += 1;
    const { violation } = await simulate(seed);
    if (violation === undefined || isExcepted.has(seed)) continue;
    violations.push({ seed, ...violation });
    if (!isWhole) break;
  }
  return { histories: count, violations };
}
