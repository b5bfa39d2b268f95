import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSessionChannel, message, windowBytes } from './session.ts';
import { createFrameReader, FieldReader, frame, string, uint32 } from './wire.ts';

/** A channel, what it sent, and what was told. */
function makeChannel(remoteWindow = 100, maxPacket = 40) {
  const sent: { readonly type: number; readonly fields: Buffer }[] = [];
  let told = '';
  const channel = createSessionChannel({
    remoteId: 7,
    remoteWindow,
    maxPacket,
    send: (type, ...fields) => sent.push({ type, fields: Buffer.concat(fields) }),
    onData: (stream, bytes) => {
      told += `${stream}:${bytes} `;
    },
    onGone: () => {},
  });
  const take = (type: number, ...fields: readonly Uint8Array[]) =>
    channel.take(type, new FieldReader(Buffer.concat(fields)));
  return { channel, sent, take, told: () => told };
}

const request = (name: string, ...fields: readonly Uint8Array[]) => [
  string(name),
  Uint8Array.of(0),
  ...fields,
];

describe('a session', () => {
  it('gives no more than the other end takes, in packets of its size, and then the end', () => {
    const { channel, sent, take } = makeChannel();
    channel.write(Buffer.alloc(150, 'x'));
    channel.endInput();
    const lengths = () => sent.map(({ type, fields }) => [type, fields.length - 8]);
    expect(lengths()).toEqual([40, 40, 20].map((length) => [message.data, length]));
    take(message.windowAdjust, uint32(1000));
    expect(lengths().slice(3)).toEqual([
      [message.data, 40],
      [message.data, 10],
      [message.eof, -4],
    ]);
  });

  it('lets the other end wait while nobody reads, and is closed when all was told', async () => {
    const { channel, sent, take, told } = makeChannel();
    take(message.data, string('a'));
    channel.setReading(false);
    take(message.data, string('b'));
    take(message.extendedData, uint32(1), string('c'));
    take(message.request, ...request('exit-status', uint32(255)));
    take(message.close);
    expect(await channel.exited).toEqual({ code: 255 });
    expect(told()).toBe('stdout:a ');
    expect(channel.isClosed()).toBe(false);
    channel.setReading(true);
    expect(told()).toBe('stdout:a stdout:b stderr:c ');
    await channel.closed;
    expect(sent.map(({ type }) => type)).toEqual([message.close]);
  });

  it('asks for more when half of its window was told', () => {
    const { channel, sent, take } = makeChannel();
    const half = string(Buffer.alloc(windowBytes / 2));
    channel.setReading(false);
    take(message.data, half);
    expect(sent).toEqual([]);
    channel.setReading(true);
    expect(sent.map(({ type }) => type)).toEqual([message.windowAdjust]);
  });

  it('tells a signal, and that nobody will ever say', async () => {
    const killed = makeChannel();
    killed.take(message.request, ...request('exit-signal', string('KILL')));
    expect(await killed.channel.exited).toEqual({ signal: 'SIGKILL' });
    const lost = makeChannel();
    lost.channel.lose();
    expect(await lost.channel.exited).toBeUndefined();
    await lost.channel.closed;
    lost.channel.write(Buffer.from('x'));
    expect(lost.sent).toEqual([]);
  });
});

describe('frames', () => {
  it('are put together however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 20 })),
        fc.integer({ min: 1, max: 9 }),
        (contents, size) => {
          const bytes = Buffer.concat(contents.map((content) => frame(content)));
          const read = createFrameReader(100);
          const found: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += size) {
            found.push(...read(bytes.subarray(at, at + size)));
          }
          expect(found.map((one) => [...one])).toEqual(contents.map((one) => [...one]));
        },
      ),
    );
  });

  it('are refused where they are too long, or a field is cut off', () => {
    expect(() => createFrameReader(100)(uint32(97))).toThrow('too long');
    expect(() => new FieldReader(Buffer.from([0, 0, 0, 9, 1])).string()).toThrow(RangeError);
  });
});
