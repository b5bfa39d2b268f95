import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, redacted } from './create-redactor.ts';

const secret = 'sk-"quoted"/key+1';

describe('a redactor', () => {
  test('takes every secret out, the longer one where two begin at one place', () => {
    const { redact } = createRedactor(['abcdef', 'abcdefghi', 'other-secret']);
    expect(redact('abcdefghi, abcdefg, other-secret')).toBe('[redacted], [redacted]g, [redacted]');
  });

  test.each([
    ['as it is', (text: string) => text],
    ['in a JSON string', (text: string) => JSON.stringify({ key: text })],
    ['in a URL', (text: string) => `http://x/?key=${encodeURIComponent(text)}`],
    ['in base64', (text: string) => btoa(`user:${text}`)],
    ['in base64, one byte on', (text: string) => btoa(`user1:${text}!`)],
    ['in base64, two bytes on', (text: string) => btoa(`user12:${text}!!`)],
    ['in base64 of URLs', (text: string) => Buffer.from(text).toString('base64url')],
  ])('finds a secret %s', (_, write) => {
    const { redact } = createRedactor([secret]);
    const said = redact(write(secret));
    expect(said).toContain(redacted);
    expect(said).not.toContain(write(secret).slice(-8));
  });

  test('gives the same string back where there is nothing to hide', () => {
    const text = 'nothing to see';
    expect(createRedactor([]).redact(text)).toBe(text);
    expect(createRedactor([secret]).redact(text)).toBe(text);
    expect(createRedactor(['short', '']).redact('short')).toBe('short');
  });

  test('keeps the number of bytes where it is asked to', () => {
    const { redactInPlace } = createRedactor(['sécrets', 'a-long-secret-value']);
    for (const found of ['sécrets', 'a-long-secret-value']) {
      const text = redactInPlace(`<${found}>`);
      expect(text).not.toContain(found);
      expect(Buffer.byteLength(text)).toBe(Buffer.byteLength(found) + 2);
    }
  });
});

test('a stream says what the whole text says, wherever it is cut', () => {
  const letters = (size: { minLength: number; maxLength: number }) =>
    fc.string({ unit: fc.constantFrom('a', 'b', 'c'), ...size });
  fc.assert(
    fc.property(
      fc.array(letters({ minLength: 6, maxLength: 9 }), { minLength: 1, maxLength: 4 }),
      fc.array(letters({ minLength: 0, maxLength: 12 }), { maxLength: 12 }),
      fc.array(fc.nat(3), { maxLength: 12 }),
      (secrets, noise, picks) => {
        const redactor = createRedactor(secrets);
        const deltas = noise.flatMap((text, index) => {
          const whole = secrets[picks[index] ?? 9] ?? '';
          return [text, whole.slice(0, 4), whole.slice(4)];
        });
        const stream = redactor.stream();
        const told = deltas.map((delta) => stream.push(delta)).join('') + stream.flush();
        expect(told).toBe(redactor.redact(deltas.join('')));
      },
    ),
    { numRuns: 500 },
  );
});

test('a stream holds back less than the longest secret, and nothing that is certain', () => {
  const stream = createRedactor(['sk-12345678']).stream();
  expect(stream.push('hello sk-1234')).toBe('hello ');
  expect(stream.push('x')).toBe('sk-1234x');
  expect(stream.push('sk-12345678!')).toBe('[redacted]!');
  expect(stream.push('sk-')).toBe('');
  expect(stream.flush()).toBe('sk-');
  expect(stream.flush()).toBe('');
});
