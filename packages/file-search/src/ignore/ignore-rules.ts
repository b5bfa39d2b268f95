import type { IgnoreRule } from './ignore-file.ts';

/** Ignore files, the strongest first: a word of a stronger kind stands, however far above it was said. */
export const ignoreKinds = ['.rgignore', '.ignore', '.gitignore', '.git/info/exclude'] as const;
export type IgnoreKind = (typeof ignoreKinds)[number];

/** What one folder says about the paths below it. */
export interface FolderRules {
  /** A repository begins here: what git ignores above does not count below. */
  readonly isRepository: boolean;
  readonly rules: ReadonlyMap<IgnoreKind, readonly IgnoreRule[]>;
}

interface Layer {
  /** The length of the folder's path and of the `/` behind it. */
  readonly prefix: number;
  readonly rules: readonly IgnoreRule[];
}

/**
 * The ignore rules that hold in a folder: its own and those of the folders above. Immutable; a folder
 * without rules shares those of its parent.
 */
export class IgnoreRules {
  static readonly none = new IgnoreRules(new Map());
  /** The nearest first. */
  readonly #layers: ReadonlyMap<IgnoreKind, readonly Layer[]>;

  private constructor(layers: ReadonlyMap<IgnoreKind, readonly Layer[]>) {
    this.#layers = layers;
  }

  /** Those of a folder below. @param folder Its absolute path, without a `/` at the end. */
  enter(folder: string, { isRepository, rules }: FolderRules): IgnoreRules {
    if (!isRepository && rules.size === 0) return this;
    const prefix = folder === '/' ? 1 : folder.length + 1;
    const layers = new Map<IgnoreKind, readonly Layer[]>();
    for (const kind of ignoreKinds) {
      const own = rules.get(kind) ?? [];
      const isOfGit = kind === '.gitignore' || kind === '.git/info/exclude';
      const above = isRepository && isOfGit ? [] : (this.#layers.get(kind) ?? []);
      const all = own.length === 0 ? above : [{ prefix, rules: own }, ...above];
      if (all.length > 0) layers.set(kind, all);
    }
    return new IgnoreRules(layers);
  }

  /** @param path Absolute, directly in the folder. */
  ignores(path: string, isFolder: boolean): boolean {
    for (const layers of this.#layers.values()) {
      for (const { prefix, rules } of layers) {
        const rule = lastMatch(rules, path.slice(prefix), isFolder);
        if (rule !== undefined) return !rule.isNegated;
      }
    }
    return false;
  }
}

function lastMatch(
  rules: readonly IgnoreRule[],
  path: string,
  isFolder: boolean,
): IgnoreRule | undefined {
  return rules.findLast((rule) => (isFolder || !rule.isFolderOnly) && rule.matches(path));
}
