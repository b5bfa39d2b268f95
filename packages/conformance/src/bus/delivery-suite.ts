import { expect, it } from 'vitest';
import { type GetFixture, listen, newTopic, settle } from './fixture.ts';

/** Who hears what, and from when to when. */
export function deliverySuite(fixture: GetFixture): void {
  it('tells all others, and not the one who publishes', async () => {
    const { members } = fixture();
    const topic = newTopic();
    const ears = await Promise.all(members.map((member) => listen(member, topic)));
    for (const [i, member] of members.entries()) member.publish(topic, `from ${i}`);
    for (const [i, ear] of ears.entries()) {
      const others = members.map((_, j) => `from ${j}`).filter((_, j) => j !== i);
      await ear.until((heard) => others.every((text) => heard.includes(text)));
    }
    await settle(members[0], members[1]);
    for (const [i, ear] of ears.entries()) expect(ear.heard).not.toContain(`from ${i}`);
  });

  it('keeps topics apart', async () => {
    const { members } = fixture();
    const [sender, receiver] = members;
    const base = newTopic();
    const long = base.padEnd(127, '/x');
    const alike = [base.toLowerCase(), base.replaceAll('/', '.'), base.replaceAll('.', '/')];
    const topics = [base, `${base}.`, ...alike, `${long}1`, `${long}2`, '.', '..', '/', '-', '_'];
    const ears = await Promise.all(topics.map((topic) => listen(receiver, topic)));
    for (const topic of topics) sender.publish(topic, `of ${topic}`);
    for (const [i, ear] of ears.entries()) {
      await ear.until((heard) => heard.includes(`of ${topics[i]}`));
    }
    await settle(sender, receiver);
    for (const [i, ear] of ears.entries()) {
      expect(new Set(ear.heard)).toEqual(new Set([`of ${topics[i]}`]));
      ear.unsubscribe();
    }
  });

  it('calls each subscription until it ends', async () => {
    const { members } = fixture();
    const [sender, receiver] = members;
    const topic = newTopic();
    const first = await listen(receiver, topic);
    const second = await listen(receiver, topic);
    sender.publish(topic, 'one');
    await first.until((heard) => heard.includes('one'));
    await second.until((heard) => heard.includes('one'));
    await settle(sender, receiver);

    first.unsubscribe();
    first.unsubscribe();
    sender.publish(topic, 'two');
    await second.until((heard) => heard.includes('two'));
    second.unsubscribe();
    sender.publish(topic, 'three');
    await settle(sender, receiver);
    expect(first.heard).not.toContain('two');
    expect(second.heard).not.toContain('three');

    const third = await listen(receiver, topic);
    sender.publish(topic, 'four');
    await third.until((heard) => heard.includes('four'));
    expect(third.heard).not.toContain('three');
    expect(second.heard).not.toContain('four');
    third.unsubscribe();
  });

  it('is not harmed by a listener that throws', async () => {
    const { members } = fixture();
    const [sender, receiver] = members;
    const topic = newTopic();
    let thrown = 0;
    await receiver.subscribe(topic, () => {
      thrown += 1;
      throw new Error('a listener of a test');
    });
    const ear = await listen(receiver, topic);
    for (const text of ['one', 'two']) {
      sender.publish(topic, text);
      await ear.until((heard) => heard.includes(text));
    }
    expect(thrown).toBeGreaterThanOrEqual(2);
  });

  it('delivers each of a burst', async () => {
    const { members } = fixture();
    const topic = newTopic();
    const ears = await Promise.all(members.map((member) => listen(member, topic)));
    const count = 2000;
    for (const [i, member] of members.entries()) {
      for (let n = 0; n < count; n += 1) {
        member.publish(topic, `${i}:${n}:${'x'.repeat((n * 37) % 500)}`);
      }
    }
    const expected = count * (members.length - 1);
    for (const ear of ears) {
      await ear.until((heard) => heard.length >= expected && new Set(heard).size === expected);
    }
  });

  it('delivers equal messages one by one', async () => {
    const { members } = fixture();
    const [sender, receiver] = members;
    const topic = newTopic();
    const ear = await listen(receiver, topic);
    const long = 'y'.repeat(20_000);
    for (let n = 0; n < 50; n += 1) {
      sender.publish(topic, 'again');
      sender.publish(topic, long);
    }
    const count = (heard: readonly string[], text: string) =>
      heard.filter((one) => one === text).length;
    await ear.until((heard) => count(heard, 'again') >= 50 && count(heard, long) >= 50);
  });
}
