// The templates of extensions, filled with a name.
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './workspace.mjs';

const templates = join(root, 'tools/templates');

export function extensionKinds() {
  return readdirSync(templates).sort();
}

/**
 * A template is a whole extension called `word-count`; its name is replaced in all its spellings.
 *
 * @returns {Map<string, string>} the files of a new package, by path
 */
export function fillTemplate(kind, name) {
  const words = name.split('-');
  const pascalName = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  const spellings = {
    'word-count': name,
    word_count: words.join('_'),
    'word count': words.join(' '),
    WordCount: pascalName,
    wordCount: pascalName[0].toLowerCase() + pascalName.slice(1),
  };
  const fill = (text) =>
    text.replaceAll(/word[-_ ]count|[wW]ordCount/g, (found) => spellings[found]);
  const folder = join(templates, kind);
  const paths = globSync('**/*.*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  return new Map(paths.map((path) => [fill(path), fill(readFileSync(join(folder, path), 'utf8'))]));
}
