import { readdir } from 'node:fs/promises';

/** The files that an absolute path with `*`, `?` and `[…]` in its parts stands for, in order; at most `most`. */
export async function expandPattern(pattern: string, most: number): Promise<readonly string[]> {
  let paths = [''];
  for (const part of pattern.split('/').slice(1)) {
    if (!/[*?[]/.test(part)) {
      paths = paths.map((path) => `${path}/${part}`);
      continue;
    }
    const expression = partExpression(part);
    const found: string[] = [];
    for (const path of paths) {
      const names = await readdir(`${path}/`).catch(() => []);
      const fitting = names.filter((name) => expression.test(name)).sort();
      found.push(...fitting.map((name) => `${path}/${name}`));
    }
    paths = found.slice(0, most);
  }
  return paths;
}

/** As `glob` has it: a name that begins with a dot is found by a dot alone. */
function partExpression(part: string): RegExp {
  const text = part.replace(/\[!?[^\]/]+\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length > 1) return piece.replace('[!', '[^').replaceAll('\\', '\\\\');
    return piece.replace(/[\\^$.+()[\]{}|]/, '\\$&');
  });
  return new RegExp(part.startsWith('.') ? `^${text}$` : `^(?!\\.)${text}$`, 's');
}
