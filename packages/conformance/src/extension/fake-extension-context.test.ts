import { defineExtension } from '@dispatch/contracts';
import { expect, test } from 'vitest';
import { fakeExtensionContext } from './fake-extension-context.ts';

test('an extension is set up, logs and hears of the stop without a host', async () => {
  const extension = defineExtension({
    name: 'greeter',
    version: '0.1.0',
    apiVersion: 1,
    provides: ['tool'],
    parseOptions: (raw) => String(raw),
    async setup({ logger, options, signal }) {
      logger.info('set up', { options });
      const span = logger.openSpan('greet', { attributes: { loud: true } });
      signal.addEventListener('abort', () => {
        span.close({ status: 'error' });
        span.close();
      });
      logger.openSpan('child', { parent: span.context });
      return { contributes: { tool: [] } };
    },
  });
  const context = fakeExtensionContext({ extension: 'greeter' });
  await extension.setup(context, {}, 'hello');
  context.stop();

  const [message, open, child, close] = context.records;
  expect(message).toMatchObject({ type: 'log', level: 'info', message: 'set up' });
  expect(open).toMatchObject({ type: 'span-open', name: 'greet', extension: 'greeter' });
  const { traceId, spanId } = open?.type === 'span-open' ? open : { traceId: '', spanId: '' };
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(child).toMatchObject({ traceId, parentSpanId: spanId });
  expect(close).toMatchObject({ type: 'span-close', traceId, spanId, status: 'error' });
  expect(context.records).toHaveLength(4);
});
