import { extensionConformance, toolConformance } from '@dispatch/conformance';
import { type AskAnswer, runTurn, type TurnEvent, type TurnHooks } from '@dispatch/kernel';
import {
  fakeKernelRuntime,
  fakeToolContext,
  finish,
  recordingLogger,
  scriptedProvider,
  toolCall,
} from '@dispatch/kernel/testing';
import { expect, test } from 'vitest';
import extension, { createAskUserTool, questionLimits } from './index.ts';

extensionConformance('tool-ask-user', extension);

const questions = [
  { question: 'Which colour?', options: ['red', 'blue'], multiple: true },
  { question: 'Why?' },
];

toolConformance('tool-ask-user', () => ({ tool: createAskUserTool() }), {
  // None: what a person does not answer is an error.
  valid: [],
  invalid: [
    {},
    { questions: [] },
    { questions: [{ question: '' }] },
    { questions: [{ question: 'x', options: [] }] },
    { questions: [{ question: 'x', options: ['a', 'a'] }] },
    { questions: [{ question: 'x', multiple: true }] },
    { questions: [{ question: 'x', hint: 'y' }] },
    { questions: [{ question: 'x'.repeat(questionLimits.questionChars + 1) }] },
    { questions: Array(questionLimits.questions + 1).fill({ question: 'x' }) },
  ],
});

/** A hook as that of a consent extension: it has a person asked what a call says that it asks. */
const asking: TurnHooks = {
  name: 'consent',
  beforeToolCall({ tool, input }) {
    const asked = tool.subjectOf?.(input)?.questions;
    if (asked === undefined) return { decision: 'allow' };
    return { decision: 'ask', kind: 'question', reason: 'The model asks.', questions: asked };
  },
};

/** A turn in which a model asks; `answer`: what the person does. */
async function playQuestion(hooks: readonly TurnHooks[], answer?: AskAnswer) {
  const runtime = fakeKernelRuntime();
  const seen: unknown[] = [];
  const events: TurnEvent[] = [];
  await runtime.clock.runUntil(
    runTurn({
      conversationId: 'c',
      turnId: 't',
      history: [],
      message: [{ type: 'text', text: 'hello' }],
      provider: scriptedProvider([
        [[toolCall('ask_user', { questions }, 'a'), finish('tool-calls')]],
      ]),
      model: 'm',
      tools: [createAskUserTool()],
      hooks,
      signal: new AbortController().signal,
      logger: recordingLogger({ extension: 'kernel', now: runtime.now }),
      runtime,
      emit: (event) => {
        events.push(event);
      },
      host: {
        onStepComplete: async () => ({ committedSeq: 1 }),
        ...(answer === undefined
          ? {}
          : {
              ask: async (_call, question) => {
                seen.push(question);
                return answer;
              },
            }),
      },
    }),
  );
  return { seen, result: events.find(({ type }) => type === 'tool-result') };
}

test("a person's answers are the call's result", async () => {
  const content = [{ type: 'text', text: 'red and blue; because' }] as const;
  const { seen, result } = await playQuestion([asking], { decision: 'answer', content });
  expect(seen).toMatchObject([{ kind: 'question', questions }]);
  expect(result).toMatchObject({ isError: false, content });
});

test.each([
  ['nothing asks anybody', []],
  ['a person would be asked, and there is none', [asking]],
])('where %s, the model is told so at once', async (_, hooks) => {
  const { result } = await playQuestion(hooks);
  expect(result).toMatchObject({ isError: true });
});

test('left to itself it says that nobody can be asked, and what to do instead', async () => {
  const call = createAskUserTool().prepare({ questions });
  const { signal } = new AbortController();
  const result = call.ok ? await call.run(fakeToolContext({ signal })) : undefined;
  expect(result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/^Nobody can be asked here. Decide yourself/) }],
  });
});
