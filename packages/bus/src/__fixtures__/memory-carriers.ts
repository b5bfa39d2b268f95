import type { Carrier, Packet, Receive, SendOutcome } from '../carrier.ts';

export interface MemoryCarriers {
  open(receive: Receive): Carrier;
  /** What each call of `send` was given. */
  readonly calls: (readonly Packet[])[];
  /** How the next calls of `send` end; `sent` when there are no more. */
  readonly outcomes: SendOutcome[];
  /** While it is false, calls of `listen` wait. */
  setListening(isListening: boolean): void;
  /** While it is there, calls of `send` wait for it. */
  hold: Promise<void> | undefined;
}

/** Carriers of one server within the process, that echo to their own sender too. */
export function memoryCarriers(maxPacketBytes = 1024): MemoryCarriers {
  const members = new Set<{ readonly receive: Receive; readonly topics: Set<string> }>();
  let listening = Promise.resolve();
  let release = () => {};
  const carriers: MemoryCarriers = {
    calls: [],
    outcomes: [],
    hold: undefined,
    setListening(isListening) {
      release();
      if (!isListening) {
        listening = new Promise((resolve) => {
          release = resolve;
        });
      }
    },
    open(receive) {
      const member = { receive, topics: new Set<string>() };
      members.add(member);
      return {
        maxPacketBytes: () => maxPacketBytes,
        async send(packets) {
          carriers.calls.push(packets);
          await carriers.hold;
          const outcome = carriers.outcomes.shift() ?? 'sent';
          if (outcome !== 'sent') return outcome;
          for (const { topic, text } of packets) {
            for (const { topics, receive } of members) if (topics.has(topic)) receive(topic, text);
          }
          return outcome;
        },
        async listen(topic) {
          member.topics.add(topic);
          await listening;
        },
        unlisten: (topic) => void member.topics.delete(topic),
        async close() {
          members.delete(member);
        },
      };
    },
  };
  return carriers;
}
