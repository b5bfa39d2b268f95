import { type IgnoreRule, parseIgnoreFile } from '../ignore/ignore-file.ts';
import { type FolderRules, type IgnoreKind, ignoreKinds } from '../ignore/ignore-rules.ts';

/** What the walk's script says of a folder or an entry of one; paths as they were given to it. */
export interface WalkHandler {
  onUnreadable(folder: string): void;
  /** Before the first entry of the folder. */
  onRules(folder: string, rules: FolderRules): void;
  onFolder(path: string): void;
  onFile(path: string): void;
}

/** Reads the records of the walk's script one by one. */
export function createWalkReader(handler: WalkHandler): (record: string) => void {
  /** An ignore file, whose text is the next record. */
  let expected: { readonly folder: string; readonly kind: IgnoreKind } | undefined;
  const found = new Map<string, Map<IgnoreKind, readonly IgnoreRule[]>>();
  const repositories = new Set<string>();

  const tell = () => {
    for (const folder of new Set([...found.keys(), ...repositories])) {
      handler.onRules(folder, {
        isRepository: repositories.has(folder),
        rules: found.get(folder) ?? new Map(),
      });
    }
    found.clear();
    repositories.clear();
  };

  return (record) => {
    if (expected !== undefined) {
      const rules = parseIgnoreFile(record);
      const { folder, kind } = expected;
      expected = undefined;
      if (rules.length > 0) found.set(folder, (found.get(folder) ?? new Map()).set(kind, rules));
      return;
    }
    const path = record.slice(1);
    switch (record[0]) {
      case 'u':
        return handler.onUnreadable(path);
      case 'r':
        repositories.add(path);
        return;
      case 'd':
      case 'f':
        return record[0] === 'd' ? handler.onFolder(path) : handler.onFile(path);
      case 'e':
        return tell();
      default: {
        const kind = ignoreKinds[Number(record[0])];
        if (kind !== undefined) expected = { folder: path, kind };
      }
    }
  };
}
