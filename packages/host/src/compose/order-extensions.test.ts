import type { ContractName, Need } from '@dispatch/contracts';
import { isCodedError } from '@dispatch/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { declared } from '../__fixtures__/plain-extension.ts';
import { orderExtensions } from './order-extensions.ts';

const namesOf = (order: readonly { extension: { name: string } }[]) =>
  order.map(({ extension }) => extension.name);

test('each comes after what it needs, otherwise as in the list', () => {
  const order = orderExtensions([
    declared('http', ['conversations'], ['transport']),
    declared('read', [], ['tool']),
    declared('orchestrator', ['store', 'tool', 'hooks'], ['conversations']),
    declared('postgres', ['database'], ['store']),
    declared('shell', [], ['tool']),
    declared('embedded', [], ['database']),
  ]);
  expect(namesOf(order)).toEqual(['embedded', 'postgres', 'read', 'shell', 'orchestrator', 'http']);
  expect(order.map(({ after }) => after)).toEqual([
    [],
    ['embedded'],
    [],
    [],
    ['postgres', 'read', 'shell'],
    ['orchestrator'],
  ]);
});

test('sinks, and what they need, come first', () => {
  const order = orderExtensions([
    declared('read', [], ['tool']),
    declared('remote-sink', ['database'], ['sink']),
    declared('embedded', [], ['database']),
  ]);
  expect(namesOf(order)).toEqual(['embedded', 'remote-sink', 'read']);
});

test('an optional need orders where someone provides it', () => {
  const consent = declared('consent', ['store?'], ['hooks']);
  const store = declared('memory', [], ['store']);
  expect(namesOf(orderExtensions([consent]))).toEqual(['consent']);
  expect(namesOf(orderExtensions([consent, store]))).toEqual(['memory', 'consent']);
});

test('who needs and provides a list does not wait for itself', () => {
  const order = orderExtensions([
    declared('wrapper', ['tool'], ['tool']),
    declared('read', [], ['tool']),
  ]);
  expect(namesOf(order)).toEqual(['read', 'wrapper']);
});

test('a circle is told as the way around it', () => {
  let thrown: unknown;
  try {
    orderExtensions([
      declared('http', ['conversations'], ['transport']),
      declared('orchestrator', ['tool'], ['conversations']),
      declared('sub-agent', ['conversations'], ['tool']),
    ]);
  } catch (error) {
    thrown = error;
  }
  expect(isCodedError(thrown, 'dependency-cycle')).toBe(true);
  expect(String(thrown)).toContain(
    'orchestrator needs `tool` of sub-agent, which needs `conversations` of orchestrator.',
  );
});

test('an order without circles is a permutation in which all come after what they need', () => {
  const contracts: readonly ContractName[] = [
    'tool',
    'hooks',
    'route',
    'frame',
    'sink',
    'provider',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.record({ provides: fc.nat(5), needs: fc.array(fc.nat(5), { maxLength: 3 }) }), {
        maxLength: 12,
      }),
      fc.infiniteStream(fc.nat()),
      (parts, shuffle) => {
        // Needing only contracts before one's own leaves no room for a circle.
        const extensions = parts.map(({ provides, needs }, index) =>
          declared(
            `e${index}`,
            needs.filter((need) => need < provides).map((need): Need => contracts[need] ?? 'tool'),
            [contracts[provides] ?? 'tool'],
          ),
        );
        const list = extensions
          .map((extension) => ({ extension, key: shuffle.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ extension }) => extension);
        const order = namesOf(orderExtensions(list));
        expect([...order].sort()).toEqual(list.map(({ name }) => name).sort());
        for (const { name, needs } of list) {
          for (const other of list) {
            if (other.provides.some((contract) => needs.includes(contract))) {
              expect(order.indexOf(other.name)).toBeLessThan(order.indexOf(name));
            }
          }
        }
      },
    ),
  );
});
