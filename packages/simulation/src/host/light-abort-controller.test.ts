import { expect, test } from 'vitest';
import { LightAbortController } from './light-abort-controller.ts';

test('tells each listener once, in order, and none that was taken out', () => {
  const controller = new LightAbortController();
  const { signal } = controller;
  const heard: string[] = [];
  const taken = () => heard.push('taken');
  signal.addEventListener('abort', () => {
    heard.push('first');
    signal.removeEventListener('abort', taken);
  });
  signal.addEventListener('abort', taken);
  signal.addEventListener('abort', { handleEvent: () => heard.push('last') });
  signal.onabort = () => heard.push('onabort');
  controller.abort('why');
  controller.abort('again');
  expect(heard).toEqual(['onabort', 'first', 'last']);
  expect([signal.aborted, signal.reason]).toEqual([true, 'why']);
  expect(() => signal.throwIfAborted()).toThrow('why');
});
