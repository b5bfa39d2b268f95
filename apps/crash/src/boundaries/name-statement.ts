const write = /\b(insert into|update|delete from)\s+dispatch\.(\w+)/g;
const read = /\b(?:from|join)\s+dispatch\.(\w+)/g;

/** What a statement does, in a few words: what it writes, else what it reads. */
export function nameStatement(sql: string): string {
  const writes = [...sql.matchAll(write)].map(([, verb = '', table = '']) => {
    return `${verb.split(' ')[0]} ${table}`;
  });
  if (writes.length > 0) return [...new Set(writes)].join(' + ');
  const reads = [...sql.matchAll(read)].map(([, table = '']) => table);
  if (reads.length === 0) return sql.replaceAll(/\s+/g, ' ').trim().slice(0, 40);
  return `${/\bfor update\b/.test(sql) ? 'lock' : 'read'} ${[...new Set(reads)].join(' + ')}`;
}
