import { virtualRuntime } from '@dispatch/conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssembly } from './assembly.ts';
import { createPacker, openPacket, type Part } from './packets.ts';

function partsOf(text: string, sender = 'aaaaaaaaaaaa'): Part[] {
  const message = { topic: 't', text, bytes: Buffer.byteLength(text) };
  return createPacker(sender)([message], 1024).flatMap((packet) => {
    const opened = openPacket(packet.text);
    return opened?.kind === 'part' ? [opened.part] : [];
  });
}

function assembly(maxUnits = 1_000_000) {
  const runtime = virtualRuntime();
  const lost: number[] = [];
  const { add, close } = createAssembly({
    runtime,
    maxUnits,
    timeoutMs: 30_000,
    onLost: (count) => lost.push(count),
  });
  return { runtime, lost, add, close };
}

describe('an assembly', () => {
  it('gives the whole with the last part, whatever the order and however often they come', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1500, maxLength: 4000 });
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.nat()), (text, order) => {
        const { add, close, lost } = assembly();
        const parts = partsOf(text);
        expect(parts.length).toBeGreaterThan(1);
        const twice = [...parts.slice(1), ...parts.slice(1)];
        const shuffled = twice
          .map((part) => ({ part, at: order.next().value }))
          .sort((a, b) => a.at - b.at);
        for (const { part } of shuffled) expect(add(part)).toBeUndefined();
        const [first] = parts;
        expect(first && add(first)).toBe(text);
        expect(lost).toEqual([]);
        close();
      }),
      { numRuns: 50 },
    );
  });

  it('keeps messages of one number of two senders apart', () => {
    const { add } = assembly();
    const mine = partsOf('m'.repeat(1500));
    const yours = partsOf('y'.repeat(1500), 'bbbbbbbbbbbb');
    const whole = [mine[0], yours[0], yours[1], mine[1]].map((part) => part && add(part));
    expect(whole).toEqual([undefined, undefined, 'y'.repeat(1500), 'm'.repeat(1500)]);
  });

  it('lets a message go whose next part does not come in time', async () => {
    const { add, runtime, lost } = assembly();
    const [first, second, third] = partsOf('m'.repeat(2500));
    if (!first || !second || !third) throw new Error('There are three parts.');
    add(first);
    await runtime.advance(29_000);
    add(second);
    await runtime.advance(29_000);
    expect(lost).toEqual([]);
    await runtime.advance(10_000);
    expect(lost).toEqual([1]);
    expect(add(third)).toBeUndefined();
  });

  it('lets the messages go that have waited longest when there is too much', () => {
    const { add, lost } = assembly(3000);
    const messages = [1, 2, 3, 4].map((n) => partsOf(`${n}`.repeat(1500), `${n}`.repeat(12)));
    const firsts = messages.map(([first]) => first && add(first));
    expect(firsts).toEqual([undefined, undefined, undefined, undefined]);
    expect(lost).toEqual([1]);
    const wholes = messages.slice(1).map(([, second]) => second && add(second)?.slice(0, 1));
    expect(wholes).toEqual(['2', '3', '4']);
    expect(lost).toEqual([1]);
  });
});
