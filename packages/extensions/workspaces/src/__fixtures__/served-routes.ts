import { fakeExtensionContext, memoryStore } from '@dispatch/conformance';
import {
  type ComputerSource,
  type Contribution,
  isCodedError,
  type Records,
  type Route,
  type Workspaces,
} from '@dispatch/contracts';
import type { JsonValue } from '@dispatch/kernel';
import extension from '../index.ts';

export interface Served {
  readonly workspaces: Workspaces;
  readonly records: Records;
  /** As a transport does it: `request('POST', '/workspaces', {…})`. */
  request(
    method: Route['method'],
    path: string,
    body?: JsonValue,
  ): Promise<{ readonly status?: number; readonly json?: JsonValue; readonly code?: string }>;
}

/** A source that knows computers by these ids. */
export function computersNamed(...ids: readonly string[]): Contribution<ComputerSource> {
  return {
    extension: 'computers',
    value: {
      list: async () => ids.map((computerId) => ({ computerId, host: computerId })),
      async find(computerId) {
        if (computerId === undefined || !ids.includes(computerId)) return undefined;
        const unused = () => Promise.reject(new Error('not used'));
        return {
          computerId,
          spawn: unused,
          homeFolder: unused,
          realPath: unused,
          readLink: unused,
          stat: unused,
          readFile: unused,
          writeFile: unused,
          readFolder: unused,
        };
      },
    },
  };
}

/** The extension's routes on a store in memory, with no server around them. */
export async function serveRoutes(
  options: { readonly records?: Records; readonly computers?: readonly string[] } = {},
): Promise<Served> {
  const records = options.records ?? memoryStore().records;
  const needed = { records, computer: [computersNamed(...(options.computers ?? []))] };
  const { contributes } = await extension.setup(fakeExtensionContext(), needed, undefined);
  const { workspaces, route: routes } = contributes as {
    readonly workspaces: Workspaces;
    readonly route: readonly Route[];
  };
  return {
    workspaces,
    records,
    async request(method, path, body) {
      const id = /^\/workspaces\/(.*)$/s.exec(path)?.[1];
      const shape = id === undefined ? path : '/workspaces/:id';
      const route = routes.find((known) => known.method === method && known.path === shape);
      if (route === undefined) throw new Error(`no route ${method} ${shape}`);
      const parsed = route.body?.parse(body);
      if (parsed?.ok === false) {
        return { code: 'invalid-input', json: parsed.issues.map((issue) => issue.path) };
      }
      try {
        const { signal } = new AbortController();
        const params = id === undefined ? {} : { id };
        return await route.handle({ params, query: {}, body: parsed?.value ?? {}, signal });
      } catch (error) {
        if (!isCodedError(error)) throw error;
        return { code: error.code, json: error.message };
      }
    },
  };
}
