import { expect, test } from 'vitest';
import { nameStatement } from './name-statement.ts';

test.each([
  ['insert into dispatch.ledger (a) select 1', 'insert ledger'],
  [
    'with c as (update dispatch.conversations set x = 1), d as (delete from\n dispatch.ledger) select 1',
    'update conversations + delete ledger',
  ],
  ['select 1 from dispatch.conversations where id = $1 for update', 'lock conversations'],
  ['select 1 from dispatch.turns t join dispatch.steps s on true', 'read turns + steps'],
  ['begin', 'begin'],
  ['select pg_notify($1, $2)', undefined],
])('%j is named %j', (sql, name) => {
  expect(nameStatement(sql)).toBe(name);
});
