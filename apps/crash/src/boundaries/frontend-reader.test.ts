import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrontendReader, type FrontendPart } from './frontend-reader.ts';

/** A message of the protocol: its letter, its length, its content. */
function message(letter: string, ...content: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    content.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  );
  const head = Buffer.alloc(5);
  head.write(letter);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const none = Buffer.alloc(2);
const startup = message('x', 'user', 'someone', Buffer.from([0])).subarray(1);
const conversation = [
  startup,
  message('p', 'secret'),
  message('P', 'first', 'select $1', none),
  message('D', 'Sfirst'),
  message('B', '', 'first', none),
  message('E', '', Buffer.alloc(4)),
  message('S'),
  message('Q', 'begin'),
  message('B', '', 'first', none),
  message('E', '', Buffer.alloc(4)),
  message('S'),
  message('X'),
];

function readAll(cuts: readonly number[]): readonly FrontendPart[] {
  const bytes = Buffer.concat(conversation);
  const read = createFrontendReader();
  const places = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort(
    (left, right) => left - right,
  );
  return places.slice(1).flatMap((end, index) => read(bytes.subarray(places[index], end)));
}

test('statements are told apart, prepared ones by their SQL, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), (cuts) => {
      const parts = readAll(cuts);
      expect(parts.map(({ statement }) => statement)).toEqual([
        undefined,
        undefined,
        'select $1',
        'begin',
        'select $1',
        undefined,
      ]);
      expect(Buffer.concat(parts.map(({ bytes }) => bytes))).toEqual(Buffer.concat(conversation));
    }),
  );
});
