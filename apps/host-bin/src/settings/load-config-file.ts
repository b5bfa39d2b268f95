import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jsonErrorPosition } from './json-position.ts';
import { SettingsError } from './settings-error.ts';

const fileNames = ['dispatch.config.ts', 'dispatch.config.js', 'dispatch.config.json'];

export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The config file of the working folder, if it has one. Throws `SettingsError`. */
export async function loadConfigFile(cwd: string): Promise<ConfigFile | undefined> {
  const paths = fileNames.map((name) => join(cwd, name)).filter((path) => existsSync(path));
  const [path, second] = paths;
  if (path === undefined) return undefined;
  if (second !== undefined) {
    throw new SettingsError([`${path} and ${second}: found two config files, expected one`]);
  }
  const values = path.endsWith('.json') ? readJson(path) : await importDefault(path);
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    const where = path.endsWith('.json') ? '' : ' as its default export';
    throw new SettingsError([`${path}: found ${kindOf(values)}${where}, expected an object`]);
  }
  return { path, values: { ...values } };
}

function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch {
    const { line, column } = jsonErrorPosition(text);
    throw new SettingsError([`${path}:${line}:${column}: this is not JSON from here on`]);
  }
}

async function importDefault(path: string): Promise<unknown> {
  try {
    const loaded: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
    return loaded.default;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = syntaxErrorPosition(readText(path));
    const where = position === undefined ? path : `${path}:${position}`;
    throw new SettingsError([`${where}: the file can not be loaded: ${message}`]);
  }
}

/** The loader keeps the position of a syntax error to itself; the parser of types tells it. */
function syntaxErrorPosition(source: string): string | undefined {
  try {
    stripTypeScriptTypes(source);
  } catch (error) {
    const lines = (error instanceof Error ? (error.stack ?? '') : '').split('\n');
    const [, line] = /:(\d+)$/.exec(lines[0] ?? '') ?? [];
    const marks = lines.slice(1, 6).find((text) => /^ *\^+ *$/.test(text));
    if (line !== undefined) {
      return marks === undefined ? line : `${line}:${marks.indexOf('^') + 1}`;
    }
  }
  return undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SettingsError([`${path}: the file can not be read: ${message}`]);
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
