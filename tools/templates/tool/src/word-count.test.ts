import { fakeExtensionContext, toolConformance } from '@dispatch/conformance';
import { expect, it } from 'vitest';
import extension, { createWordCountTool } from './index.ts';

toolConformance('word_count', () => ({ tool: createWordCountTool({ maxLength: 10 }) }), {
  valid: [{ text: 'a b' }],
  invalid: [{}, { text: 1 }, { text: 'longer than ten' }],
});

it('refuses options by name', async () => {
  const context = fakeExtensionContext();
  await expect(extension.setup(context, {}, { length: 1 })).rejects.toThrow('length');
});
