import { fakeExtensionContext } from '@dispatch/conformance';
import { expect, test } from 'vitest';
import { createComplaints } from './complaints.ts';

test('one of many failures a minute is told, and how many were not', async () => {
  const { logger, records } = fakeExtensionContext();
  let time = 0;
  const complain = createComplaints(logger, { now: () => time });
  for (; time < 90_000; time += 1000) complain(new Error(`failure ${time}`));
  expect(records.map(({ attributes }) => attributes)).toEqual([
    { error: 'failure 0', untold: 0 },
    { error: 'failure 60000', untold: 59 },
  ]);
});
