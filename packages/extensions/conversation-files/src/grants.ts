import { createHash } from 'node:crypto';
import {
  type FolderGrant,
  grantNamespace,
  maxGrants,
  type Records,
  readGrants,
} from '@dispatch/contracts';
import { isInside } from './place.ts';
import { fileRefused } from './refusals.ts';

/** What folders conversations were let into: records, gone with their conversation. */
export class Grants {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** The same once more changes nothing. The path has no links. */
  async add({ conversationId, computerId, path }: FolderGrant): Promise<void> {
    const granted = await readGrants(this.#records, conversationId);
    if (granted.length >= maxGrants) {
      throw fileRefused(`This conversation has ${maxGrants} grants already: it gets no more.`);
    }
    const grant: FolderGrant = {
      conversationId,
      path,
      ...(computerId === undefined ? {} : { computerId }),
    };
    const digest = createHash('sha256').update(JSON.stringify([computerId ?? null, path]));
    await this.#records.write({
      namespace: grantNamespace,
      key: `${conversationId}/${digest.digest('hex')}`,
      json: JSON.stringify(grant),
      conversationId,
    });
  }

  async covers({ conversationId, computerId, path }: FolderGrant): Promise<boolean> {
    const granted = await readGrants(this.#records, conversationId);
    return granted.some((grant) => grant.computerId === computerId && isInside(grant.path, path));
  }
}
