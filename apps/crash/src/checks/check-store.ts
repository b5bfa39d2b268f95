import { checkConversation } from '@dispatch/invariants';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { openStore } from '@dispatch/store-postgres';

const pageSize = 500;

/** Everything that is kept, when nothing runs any more. Returns what is wrong. */
export async function checkStore(databaseUrl: string): Promise<readonly string[]> {
  const { store, close } = await openStore({
    database: { url: databaseUrl, isPrivate: true },
    runtime: createNodeRuntime(),
  });
  const problems: string[] = [];
  try {
    let afterId: string | undefined;
    do {
      const ids = await store.listConversationIds(pageSize, afterId);
      for (const id of ids) {
        const inspection = await store.inspectConversation(id);
        if (inspection === undefined) continue;
        for (const { code, turnId, seq, message } of checkConversation(inspection)) {
          problems.push(`${id} ${turnId ?? ''} ${seq ?? ''} ${code}: ${message}`);
        }
      }
      afterId = ids.length < pageSize ? undefined : ids.at(-1);
    } while (afterId !== undefined);
  } finally {
    await close();
  }
  return problems;
}
