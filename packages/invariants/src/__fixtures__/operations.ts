import fc from 'fast-check';

const text = fc.constantFrom('a', 'words and words', 'é', '😀', '\u0000', '"\\ud800"');
const usage = fc.option(
  fc.record(
    {
      inputTokens: fc.nat(50),
      outputTokens: fc.nat(50),
      reasoningTokens: fc.nat(5),
      cacheReadTokens: fc.nat(5),
    },
    { requiredKeys: ['inputTokens', 'outputTokens'] },
  ),
  { nil: undefined },
);
const outcome = fc.constantFrom('ok', 'error', 'interrupted');

/** Something that a host does to a conversation. What does not fit where it stands is left out. */
export const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('start'),
      texts: fc.array(text, { minLength: 1, maxLength: 2 }),
      hasAttachment: fc.boolean(),
      takeQueue: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('step'),
      texts: fc.array(text, { maxLength: 2 }),
      reasoning: fc.constantFrom('none', 'plain', 'opaque'),
      calls: fc.array(outcome, { maxLength: 3 }),
      usage,
      /** How far the ledger gets: calls that are recorded before the commit. */
      recorded: fc.option(fc.nat(6), { nil: undefined }),
      isCommitted: fc.boolean(),
      isLast: fc.boolean(),
      hasFailed: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('queue'), text }) },
  fc.record({ do: fc.constant('steer') }),
  fc.record({ do: fc.constant('unqueue') }),
  fc.record({ do: fc.constant('seal'), hasFailed: fc.boolean() }),
  fc.record({ do: fc.constant('crash') }),
  fc.record({ do: fc.constant('release') }),
  fc.record({ do: fc.constant('fork'), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

export const operations = fc.array(operation, { minLength: 3, maxLength: 40, size: 'max' });

export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
export type StepOperation = Extract<Operation, { calls: unknown }>;
