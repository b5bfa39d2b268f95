import { describe, expect, it } from 'vitest';
import { busConformance } from '../bus-conformance.ts';
import { type BusMessage, memoryBus } from './memory-bus.ts';

busConformance('memoryBus', async () => {
  const bus = memoryBus();
  return { members: [bus.join('a'), bus.join('b'), bus.join('c')] };
});

describe('memoryBus', () => {
  it('hands each message and receiver to `deliver`, which decides', async () => {
    const held: { message: BusMessage; deliver: () => void }[] = [];
    const bus = memoryBus({ deliver: (message, deliver) => held.push({ message, deliver }) });
    const [sender, receiver] = [bus.join('a'), bus.join('b')];
    const heard: string[] = [];
    await receiver.subscribe('t', (text) => heard.push(text));
    sender.publish('t', 'one');
    sender.publish('t', 'two');
    sender.publish('other', 'nobody listens');
    expect(held.map(({ message }) => message)).toEqual([
      { from: 'a', to: 'b', topic: 't', text: 'one' },
      { from: 'a', to: 'b', topic: 't', text: 'two' },
    ]);
    held[1]?.deliver();
    held[1]?.deliver();
    expect(heard).toEqual(['two', 'two']);
  });

  it('tells a subscription nothing from before it or from after its end', async () => {
    const held: (() => void)[] = [];
    const bus = memoryBus({ deliver: (_message, deliver) => held.push(deliver) });
    const [sender, receiver] = [bus.join('a'), bus.join('b')];
    const heard: string[] = [];
    const unsubscribe = await receiver.subscribe('t', (text) => heard.push(`first ${text}`));
    sender.publish('t', 'one');
    await receiver.subscribe('t', (text) => heard.push(`second ${text}`));
    for (const deliver of held) deliver();
    unsubscribe();
    for (const deliver of held) deliver();
    expect(heard).toEqual(['first one']);
  });

  it('keeps two members of one name apart', async () => {
    const bus = memoryBus();
    const [one, other] = [bus.join('a'), bus.join('a')];
    const heard = new Promise((resolve) => {
      void other.subscribe('t', resolve);
    });
    one.publish('t', 'hello');
    expect(await heard).toBe('hello');
  });
});
