import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Extension } from '@dispatch/contracts';
import type { ExtensionEntry } from '../settings/settings.ts';
import { SettingsError } from '../settings/settings-error.ts';
import { standardSet } from './standard-set.ts';

export interface LoadedExtension {
  readonly extension: Extension;
  /** From the config's list; undefined where it has none. */
  readonly options: unknown;
}

/**
 * The extensions of the config's list, or the standard ones. A name of the standard set is the one
 * that this host was built with; other names and paths are looked up from the working folder.
 * `name` names the setting in errors. Throws `SettingsError`.
 */
export async function loadExtensions(
  entries: readonly ExtensionEntry[] | undefined,
  cwd: string,
  name: string,
): Promise<readonly LoadedExtension[]> {
  if (entries === undefined) {
    return standardSet.map((extension) => ({ extension, options: undefined }));
  }
  const loaded = await Promise.all(
    entries.map(async ({ specifier, options }) => ({
      extension: await loadExtension(specifier, cwd, name),
      options,
    })),
  );
  return numberRepeated(loaded);
}

async function loadExtension(specifier: string, cwd: string, name: string): Promise<Extension> {
  const standard = standardSet.find((extension) => extension.name === specifier);
  if (standard !== undefined) return standard;
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = await import(locate(specifier, cwd));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SettingsError([
      `${name}: found ${JSON.stringify(specifier)}, which can not be loaded (${message}), expected a package or a path seen from ${cwd}`,
    ]);
  }
  if (!isExtension(loaded.default)) {
    throw new SettingsError([
      `${name}: found ${JSON.stringify(specifier)}, whose default export is no extension, expected one made by defineExtension of @dispatch/contracts`,
    ]);
  }
  return loaded.default;
}

function locate(specifier: string, cwd: string): string {
  if (specifier.startsWith('file:')) return specifier;
  if (specifier.startsWith('.') || isAbsolute(specifier)) {
    return pathToFileURL(resolve(cwd, specifier)).href;
  }
  return pathToFileURL(createRequire(join(cwd, 'dispatch.config.js')).resolve(specifier)).href;
}

function isExtension(value: unknown): value is Extension {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'setup' in value &&
    typeof value.setup === 'function' &&
    'needs' in value &&
    Array.isArray(value.needs) &&
    'provides' in value &&
    Array.isArray(value.provides)
  );
}

/** The same extension may be wanted twice, with other options: the second becomes `<name>#2`. */
function numberRepeated(loaded: readonly LoadedExtension[]): readonly LoadedExtension[] {
  const counts = new Map<string, number>();
  return loaded.map(({ extension, options }) => {
    const count = (counts.get(extension.name) ?? 0) + 1;
    counts.set(extension.name, count);
    return count === 1
      ? { extension, options }
      : { extension: { ...extension, name: `${extension.name}#${count}` }, options };
  });
}
