// Import boundaries and purity, over every source file. Proves first that each rule fires.

import { exceptions, findTrespasses, findWrongDependencies } from './boundary-rules.mjs';
import { badManifests, samples } from './boundary-samples.mjs';
import { finish, listFiles, listPackages, readText } from './workspace.mjs';

const packages = listPackages();
const names = new Set(packages.map(({ name }) => name));
const problems = [];

for (const { file, source, fires } of samples) {
  const owner = ownerOf(file);
  const found = findTrespasses({ file, source, package: owner, names });
  if (found.length > 0 !== fires) {
    problems.push(
      `boundary-samples: ${fires ? 'nothing' : found.join()} found in ${file}: ${source}`,
    );
  }
}

for (const [layer, manifest] of badManifests) {
  const owner = { name: '@dispatch/sample', folder: 'packages/sample', layer, manifest };
  if (findWrongDependencies(owner, names).length === 0) {
    problems.push(`boundary-samples: nothing found in ${JSON.stringify(manifest)} of ${layer}`);
  }
}

const files = listFiles('{packages,apps,examples}/**/*.ts');
let imports = 0;
for (const file of files) {
  const owner = ownerOf(file);
  if (owner === undefined) continue;
  imports += 1;
  problems.push(...findTrespasses({ file, source: readText(file), package: owner, names }));
}
for (const owner of packages) problems.push(...findWrongDependencies(owner, names));
for (const { file } of exceptions) {
  if (!files.includes(file))
    problems.push(`boundary-rules: ${file} needs no exception: it is gone`);
}
if (imports < 50) problems.push('check-boundaries: almost no files were found');
finish('boundaries', problems, `${imports} files, ${samples.length} samples`);

/** The package with the longest folder that holds the file. */
function ownerOf(file) {
  return packages
    .filter(({ folder }) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}
