import type { Extension } from '@dispatch/contracts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { consoleExtension } from './console-sink.ts';
import { databaseFromUrl } from './database-from-url.ts';
import type { LoadedExtension } from './load-extensions.ts';
import { optionsOf, type Surroundings } from './standard-options.ts';
import { startNotices } from './start-notices.ts';

export interface Composition {
  readonly extensions: readonly Extension[];
  /** By name, as `createHost` takes them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where the host tells the operator something. */
export interface Operator {
  readonly write: (line: string) => void;
  readonly say: (notice: string) => void;
  readonly hasColors: boolean;
}

/** The list that the host is made of: what was loaded, the console, and the database of `DATABASE_URL`. */
export function compose(
  loaded: readonly LoadedExtension[],
  { settings, sourceOf }: Pick<LoadedSettings, 'settings' | 'sourceOf'>,
  surroundings: Surroundings,
  operator: Operator,
): Composition {
  const { database } = settings;
  const chosen =
    database === undefined
      ? loaded
      : loaded.filter(({ extension }) => extension.name !== '@dispatch/postgres-embedded');
  const needsDatabase =
    database !== undefined &&
    !chosen.some(({ extension }) => extension.provides.includes('database'));
  const options: Record<string, unknown> = {};
  for (const { extension, options: own } of chosen) {
    const { name } = extension;
    const value = optionsOf(name, own, surroundings, settings, sourceOf);
    if (value !== undefined) options[name] = value;
  }
  return {
    extensions: [
      consoleExtension(operator.write, operator.hasColors),
      ...(needsDatabase ? [databaseFromUrl(database)] : []),
      ...chosen.map(({ extension }) => extension),
      startNotices(settings.approvals, operator.say),
    ],
    options,
  };
}
