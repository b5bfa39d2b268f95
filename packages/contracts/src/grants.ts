import type { FolderGrant } from './files.ts';
import type { Records } from './records.ts';

/** Where `Files.grant` keeps what it is told. */
export const grantNamespace = 'grants';

/** As many as one page of records holds; a conversation gets no more. */
export const maxGrants = 1000;

/**
 * The folders that a conversation was let into, links resolved: for whoever decides on a call before
 * `files` sees it. Each a record `<conversationId>/…` that holds a grant, and goes with its
 * conversation. Rejects with `store-unavailable`.
 */
export async function readGrants(
  records: Pick<Records, 'list'>,
  conversationId: string,
): Promise<readonly FolderGrant[]> {
  const listed = await records.list({
    namespace: grantNamespace,
    prefix: `${conversationId}/`,
    limit: maxGrants,
  });
  // Nobody but `files` writes to this namespace: each is what it was given.
  return listed.map(({ json }) => JSON.parse(json));
}
