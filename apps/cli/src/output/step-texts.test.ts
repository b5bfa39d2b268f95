import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStepTexts } from './step-texts.ts';

test('however a text is cut, and told again from its start, each piece is shown once', () => {
  const pieces = fc.array(fc.string({ maxLength: 4 }), { maxLength: 8 });
  fc.assert(
    fc.property(pieces, fc.nat(8), fc.array(fc.nat(20)), (told, lost, cuts) => {
      const texts = createStepTexts();
      const whole = told.join('');
      texts.start('s');
      let shown = '';
      for (const piece of told.slice(0, lost)) shown += texts.add('s', piece).text;
      texts.restart('s');
      texts.start('s');
      let at = 0;
      for (const cut of [...cuts, whole.length]) {
        const { text, isOther } = texts.add('s', whole.slice(at, at + cut));
        expect(isOther).toBe(false);
        shown += text;
        at = Math.min(whole.length, at + cut);
      }
      expect(texts.finish('s')).toEqual({ text: '', isOther: false });
      expect(shown).toBe(whole);
    }),
  );
});

test('another text takes the place of the first, as soon as it is another or ends before', () => {
  const texts = createStepTexts();
  texts.start('s');
  texts.add('s', 'Let me look');
  texts.restart('s');
  expect(texts.add('s', 'Let ')).toEqual({ text: '', isOther: false });
  expect(texts.add('s', 'us')).toEqual({ text: 'Let us', isOther: true });
  expect(texts.add('s', ' see')).toEqual({ text: ' see', isOther: false });
  texts.restart('s');
  texts.add('s', 'Let us');
  expect(texts.finish('s')).toEqual({ text: 'Let us', isOther: true });
});

test('of a snapshot only the rest is shown, and only of what was read live', () => {
  const texts = createStepTexts();
  texts.start('s');
  texts.add('s', 'One');
  expect(texts.rest('s', 'One two')).toBe(' two');
  expect(texts.rest('s', 'Else')).toBe('');
  expect(texts.rest('other', 'History')).toBe('');
});
