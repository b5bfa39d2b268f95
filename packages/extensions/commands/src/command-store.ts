import { isCodedError, type Records } from '@dispatch/contracts';
import { idPattern } from '@dispatch/wire';
import { readStored, type StoredCommand } from './stored-command.ts';

/** Of all records of this package. */
export const namespace = '@dispatch/commands';

/** A page of what is listed. */
const pageSize = 1000;

/** A command, and the version that it is changed by. */
export interface VersionedCommand {
  readonly stored: StoredCommand;
  readonly version: number;
}

/**
 * The commands of all hosts on one store, and a sign of life of each host that runs some. All of a
 * conversation's goes with it. Rejects with `store-unavailable`.
 */
export interface CommandStore {
  /** Rejects with `conversation-not-found`. */
  create(stored: StoredCommand): Promise<void>;
  read(commandId: string): Promise<VersionedCommand | undefined>;
  /** In the order in which they were started; without a conversation those of all, at most 1,000. */
  list(conversationId?: string): Promise<readonly VersionedCommand[]>;
  /**
   * Changes one, again where somebody else changed it meanwhile; `change` returns undefined to leave
   * it. Resolves with what stands then, undefined where it is gone.
   */
  update(
    commandId: string,
    change: (stored: StoredCommand) => StoredCommand | undefined,
  ): Promise<StoredCommand | undefined>;
  /** With all that it printed. */
  remove(stored: StoredCommand): Promise<void>;

  /** A piece of what it printed, by its number from 0; one that is there is replaced. */
  writePiece(stored: StoredCommand, index: number, bytes: Uint8Array): Promise<void>;
  readPiece(commandId: string, index: number): Promise<Buffer | undefined>;
  removePiece(commandId: string, index: number): Promise<void>;

  /** `at`: epoch milliseconds. */
  signLife(lifeId: string, at: number): Promise<void>;
  readSign(lifeId: string): Promise<number | undefined>;
  removeSign(lifeId: string): Promise<void>;
  /** The newest life of a host that ran commands. */
  writeLife(hostId: string, lifeId: string): Promise<void>;
  readLife(hostId: string): Promise<string | undefined>;
}

export function createCommandStore(records: Records): CommandStore {
  const read = async (commandId: string): Promise<VersionedCommand | undefined> => {
    // What can be no id never reaches the store, which need not take every text as a key.
    if (!idPattern.test(commandId)) return undefined;
    const pointer = await records.read(namespace, idKey(commandId));
    if (pointer === undefined) return undefined;
    const record = await records.read(
      namespace,
      ownKey(String(JSON.parse(pointer.json)), commandId),
    );
    if (record === undefined) return undefined;
    return { stored: readStored(record.json), version: record.version };
  };

  return {
    async create(stored) {
      const { conversationId, commandId } = stored;
      const both = [
        { key: idKey(commandId), json: JSON.stringify(conversationId) },
        { key: ownKey(conversationId, commandId), json: JSON.stringify(stored) },
      ];
      for (const one of both) await records.write({ ...one, namespace, conversationId });
    },
    read,
    async list(conversationId) {
      const prefix = conversationId === undefined ? 'of/' : ownKey(conversationId, '');
      const page = await records.list({ namespace, prefix, limit: pageSize });
      const found = page.map(({ json, version }) => ({ stored: readStored(json), version }));
      // Ids are minted in the order of time, and keys sort by conversation first.
      return found.sort((a, b) => (a.stored.commandId < b.stored.commandId ? -1 : 1));
    },
    async update(commandId, change) {
      for (;;) {
        const found = await read(commandId);
        if (found === undefined) return undefined;
        const { stored, version } = found;
        const next = change(stored);
        if (next === undefined) return stored;
        const { conversationId } = stored;
        const key = ownKey(conversationId, commandId);
        const json = JSON.stringify(next);
        try {
          await records.write({ namespace, key, json, conversationId, expectedVersion: version });
          return next;
        } catch (error) {
          // Each try that is lost was overtaken by one that was not: it ends.
          if (isCodedError(error, 'conversation-not-found')) return undefined;
          if (!isCodedError(error, 'version-conflict')) throw error;
        }
      }
    },
    async remove({ conversationId, commandId }) {
      const prefix = piecePrefix(commandId);
      for (;;) {
        const pieces = await records.list({ namespace, prefix, limit: 100 });
        for (const { key } of pieces) await records.remove(namespace, key);
        if (pieces.length < 100) break;
      }
      await records.remove(namespace, ownKey(conversationId, commandId));
      await records.remove(namespace, idKey(commandId));
    },

    async writePiece({ commandId, conversationId }, index, bytes) {
      const json = JSON.stringify(Buffer.from(bytes).toString('base64'));
      await records.write({ namespace, key: pieceKey(commandId, index), json, conversationId });
    },
    async readPiece(commandId, index) {
      const record = await records.read(namespace, pieceKey(commandId, index));
      return record && Buffer.from(String(JSON.parse(record.json)), 'base64');
    },
    async removePiece(commandId, index) {
      await records.remove(namespace, pieceKey(commandId, index));
    },

    async signLife(lifeId, at) {
      await records.write({ namespace, key: signKey(lifeId), json: JSON.stringify(at) });
    },
    async readSign(lifeId) {
      const record = await records.read(namespace, signKey(lifeId));
      return record && Number(JSON.parse(record.json));
    },
    async removeSign(lifeId) {
      await records.remove(namespace, signKey(lifeId));
    },
    async writeLife(hostId, lifeId) {
      await records.write({ namespace, key: lifeKey(hostId), json: JSON.stringify(lifeId) });
    },
    async readLife(hostId) {
      const record = await records.read(namespace, lifeKey(hostId));
      return record && String(JSON.parse(record.json));
    },
  };
}

const idKey = (commandId: string) => `id/${commandId}`;
const ownKey = (conversationId: string, commandId: string) => `of/${conversationId}/${commandId}`;
const piecePrefix = (commandId: string) => `piece/${commandId}/`;
const pieceKey = (commandId: string, index: number) =>
  `${piecePrefix(commandId)}${String(index).padStart(10, '0')}`;
const signKey = (lifeId: string) => `host/${lifeId}`;
const lifeKey = (hostId: string) => `life/${hostId}`;
