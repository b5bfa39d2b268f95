import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { arrayLiteral, decodeText, encodeText } from './text.ts';

const odd = fc.string({
  unit: fc.oneof(fc.constantFrom('\u0000', '\u0001', '\u0002', 'a'), fc.string({ maxLength: 1 })),
});
const compare = (a: string, b: string) => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe('encodeText', () => {
  it('loses nothing, holds no U+0000, keeps order and prefixes', () => {
    fc.assert(
      fc.property(odd, odd, (a, b) => {
        expect(decodeText(encodeText(a))).toBe(a);
        expect(encodeText(a)).not.toContain('\u0000');
        expect(compare(encodeText(a), encodeText(b))).toBe(compare(a, b));
        expect(encodeText(a).startsWith(encodeText(b))).toBe(a.startsWith(b));
      }),
    );
  });
});

describe('arrayLiteral', () => {
  it('is read by PostgreSQL as the texts that it was made of', async () => {
    const sql = connectTo({ url: await freshDatabaseUrl() });
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...'"\\{},\n \t', 'NULL', '🙂'), fc.string({ maxLength: 1 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(text.map((one) => one.replaceAll('\u0000', ''))), async (texts) => {
        const rows = await sql`select t from unnest(${arrayLiteral(texts)}::text[]) as t`;
        expect(rows.map((row) => row.t)).toEqual(texts);
      }),
      { numRuns: 50 },
    );
    await sql.end();
  });
});
