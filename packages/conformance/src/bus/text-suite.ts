import { maxMessageBytes } from '@dispatch/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type GetFixture, listen, newTopic, settle } from './fixture.ts';

const awkward = [
  '',
  ' ',
  '\0',
  'a\0b\0',
  '\u0001\u0002\u0003\u0004\u001b\u007f\u0085',
  '\\0\\u0000\\x00',
  `it's "quoted" and {bracketed}, 100 % $1 \${x} NULL`,
  'lines\n\r\nand\ttabs\u2028\u2029',
  '\ufeffé中😀\u{10ffff}\ufffd\uffff',
  '{"type":"text-delta","text":"…"}',
];

/** Which texts pass, and that they come out as they went in. */
export function textSuite(fixture: GetFixture): void {
  const passes = async (texts: readonly string[]): Promise<void> => {
    const [sender, receiver] = fixture().members;
    const topic = newTopic();
    const ear = await listen(receiver, topic);
    for (const text of texts) sender.publish(topic, text);
    await ear.until((heard) => heard.length >= texts.length);
    const wanted = new Set(texts);
    await ear.until((heard) => new Set(heard).size >= wanted.size);
    ear.unsubscribe();
    // Not compared by `toEqual`: the difference of two texts of a megabyte takes minutes to print.
    for (const text of ear.heard) expect(wanted.has(text), text.slice(0, 80)).toBe(true);
  };

  it('passes any well-formed text', async () => {
    await passes(awkward);
    for (const text of awkward) await passes([text]);
  });

  it('passes many small texts of all kinds', async () => {
    // Of any code points; the library's own unit for that takes seconds to make.
    const unit = fc
      .oneof(fc.integer({ max: 0xff, min: 0 }), fc.integer({ max: 0x10ffff, min: 0 }))
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point));
    await passes(fc.sample(fc.string({ unit, maxLength: 60 }), { numRuns: 300, seed: 1 }));
  });

  it('passes a text of one mebibyte', async () => {
    await passes(['0123456789abcdef'.repeat(65_536)]);
  });

  it('passes long texts, whatever stands at a border between their parts', async () => {
    const units = ['😀', 'é', '中', '\0', '"', '\\', '\n', '\u0002'];
    const texts = units.flatMap((unit) =>
      [0, 1, 2, 3].map((shift) => 'x'.repeat(shift) + unit.repeat(9000 + shift)),
    );
    await passes(texts);
  });

  it('drops a text that is too long, and goes on', async () => {
    const [sender, receiver] = fixture().members;
    const topic = newTopic();
    const ear = await listen(receiver, topic);
    sender.publish(topic, 'é'.repeat(maxMessageBytes / 2 + 1));
    sender.publish(topic, 'short');
    await ear.until((heard) => heard.includes('short'));
    await settle(sender, receiver);
    expect(ear.heard.every((text) => text === 'short')).toBe(true);
  });
}
