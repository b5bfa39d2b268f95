import { createHash } from 'node:crypto';
import type { FolderGrant, Records } from '@dispatch/contracts';
import { isInside } from './place.ts';
import { fileRefused } from './refusals.ts';

const namespace = '@dispatch/conversation-files';
/** Of one conversation, which is as many as one page of records holds. */
const maxGrants = 1000;

/** What folders conversations were let into: records, gone with their conversation. */
export class Grants {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** The same once more changes nothing. The path has no links. */
  async add({ conversationId, computerId, path }: FolderGrant): Promise<void> {
    const granted = await this.#list(conversationId);
    if (granted.length >= maxGrants) {
      throw fileRefused(`This conversation has ${maxGrants} grants already: it gets no more.`);
    }
    const value = { path, ...(computerId === undefined ? {} : { computerId }) };
    const digest = createHash('sha256').update(JSON.stringify([computerId ?? null, path]));
    await this.#records.write({
      namespace,
      key: `${conversationId}/${digest.digest('hex')}`,
      json: JSON.stringify(value),
      conversationId,
    });
  }

  async covers({ conversationId, computerId, path }: FolderGrant): Promise<boolean> {
    const granted = await this.#list(conversationId);
    return granted.some((grant) => grant.computerId === computerId && isInside(grant.path, path));
  }

  async #list(
    conversationId: string,
  ): Promise<readonly Pick<FolderGrant, 'computerId' | 'path'>[]> {
    const query = { namespace, prefix: `${conversationId}/`, limit: maxGrants };
    // Nobody else writes to this namespace: what is there is what `add` wrote.
    return (await this.#records.list(query)).map(({ json }) => JSON.parse(json));
  }
}
