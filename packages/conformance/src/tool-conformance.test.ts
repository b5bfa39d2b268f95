import { defineTool, textResult } from '@dispatch/kernel';
import { toolConformance } from './tool-conformance.ts';

toolConformance(
  'a durable tool',
  () => {
    /** What the world outside has done, by idempotency key. */
    const sent = new Map<string, number>();
    const send = (key: string) => {
      const number = sent.get(key) ?? sent.size;
      sent.set(key, number);
      return { number };
    };
    const tool = defineTool({
      name: 'send_all',
      description: 'Sends each name a letter, then a receipt.',
      inputSchema: { type: 'object', properties: { names: { type: 'array' } } },
      isDurable: true,
      parse(input) {
        if (typeof input !== 'object' || input === null || !('names' in input)) {
          throw new Error('Give names.');
        }
        return JSON.stringify(input.names);
      },
      async run(names, { step, callId }) {
        const letters = await Promise.all(
          [...names].map((letter, index) =>
            step.do(`letter ${index}`, () => send(`${callId} ${index} ${letter}`)),
          ),
        );
        const receipt = await step.do('receipt', () => send(`${callId} receipt`));
        return textResult(JSON.stringify({ letters, receipt }));
      },
    });
    return { tool };
  },
  { valid: [{ names: ['a', 'b'] }, { names: [] }], invalid: [{}, []] },
);
