const write = /\b(insert into|update|delete from)\s+dispatch\.(\w+)/g;
const read = /\b(?:from|join)\s+dispatch\.(\w+)/g;

const transaction = /^\s*(begin|commit|rollback)\b/;

/**
 * What a statement does, in a few words: what it writes, else what it reads. Undefined where it
 * touches no table of the store: what hosts say to one another comes when it comes.
 */
export function nameStatement(sql: string): string | undefined {
  const writes = [...sql.matchAll(write)].map(([, verb = '', table = '']) => {
    return `${verb.split(' ')[0]} ${table}`;
  });
  if (writes.length > 0) return [...new Set(writes)].join(' + ');
  const reads = [...sql.matchAll(read)].map(([, table = '']) => table);
  if (reads.length === 0) return transaction.exec(sql)?.[1];
  return `${/\bfor update\b/.test(sql) ? 'lock' : 'read'} ${[...new Set(reads)].join(' + ')}`;
}
