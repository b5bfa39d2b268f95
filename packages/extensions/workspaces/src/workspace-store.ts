import {
  CodedError,
  isCodedError,
  type Records,
  type Workspace,
  type Workspaces,
} from '@dispatch/contracts';
import { idPattern } from '@dispatch/wire';
import { readStored, writeStored } from './stored-workspace.ts';

/** How many there may be. Those who make the last ones at the same moment may go over it by as many. */
export const maxWorkspaces = 1000;

/** Each change that is lost was overtaken by one that was not, so more tries than writers are never needed. */
const maxTries = 50;

const namespace = '@dispatch/workspaces';
const pageSize = 1000;

/** The workspaces of all hosts on one store. Rejects with `store-unavailable`. */
export interface WorkspaceStore extends Workspaces {
  /** In the order of their ids: of those that were minted, the oldest first. */
  list(): Promise<readonly Workspace[]>;
  /** The same one again changes nothing. `invalid-input` where the id is another's, or there are too many. */
  create(workspace: Workspace): Promise<void>;
  /** Resolves with the changed one; of changes at the same moment none is lost. `workspace-not-found`. */
  update(workspaceId: string, change: (before: Workspace) => Workspace): Promise<Workspace>;
  /** `workspace-not-found`. */
  remove(workspaceId: string): Promise<void>;
}

export function createWorkspaceStore(records: Records): WorkspaceStore {
  const read = async (workspaceId: string) => {
    // What can be no id never reaches the store, which need not take every text as a key.
    if (!idPattern.test(workspaceId)) return undefined;
    const record = await records.read(namespace, workspaceId);
    if (record === undefined) return undefined;
    return { workspace: readStored(workspaceId, record.json), version: record.version };
  };
  const list = async () => {
    const all: Workspace[] = [];
    for (;;) {
      const afterKey = all.at(-1)?.workspaceId;
      const page = await records.list({
        namespace,
        limit: pageSize,
        ...(afterKey === undefined ? {} : { afterKey }),
      });
      all.push(...page.map(({ key, json }) => readStored(key, json)));
      if (page.length < pageSize) return all;
    }
  };

  return {
    list,
    async get(workspaceId) {
      return (await read(workspaceId))?.workspace;
    },
    async create(workspace) {
      const key = workspace.workspaceId;
      const json = writeStored(workspace);
      if ((await records.list({ namespace, limit: maxWorkspaces })).length >= maxWorkspaces) {
        throw new CodedError('invalid-input', {
          message: `There are ${maxWorkspaces} workspaces, which is the most: delete one first.`,
        });
      }
      try {
        await records.write({ namespace, key, json, expectedVersion: 0 });
      } catch (error) {
        if (!isCodedError(error, 'version-conflict')) throw error;
        const other = await read(key);
        if (other !== undefined && writeStored(other.workspace) === json) return;
        throw new CodedError('invalid-input', {
          message: `workspaceId: there is another workspace ${JSON.stringify(key)} already.`,
          hint: 'PATCH changes it.',
        });
      }
    },
    async update(workspaceId, change) {
      for (let tries = 1; ; tries += 1) {
        const before = await read(workspaceId);
        if (before === undefined) throw notFound(workspaceId);
        const workspace = change(before.workspace);
        const json = writeStored(workspace);
        try {
          const expectedVersion = before.version;
          await records.write({ namespace, key: workspaceId, json, expectedVersion });
          return workspace;
        } catch (error) {
          if (!isCodedError(error, 'version-conflict') || tries === maxTries) throw error;
        }
      }
    },
    async remove(workspaceId) {
      const isThere = idPattern.test(workspaceId);
      if (!isThere || !(await records.remove(namespace, workspaceId))) throw notFound(workspaceId);
    },
  };
}

export function notFound(workspaceId: string): CodedError {
  return new CodedError('workspace-not-found', {
    message: `There is no workspace ${JSON.stringify(workspaceId)}.`,
  });
}
