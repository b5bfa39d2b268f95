import { CodedError, type ComputerInfo, type ComputerSource } from '@dispatch/contracts';
import { expect, test } from 'vitest';
import { startTransport } from '../__fixtures__/start-transport.ts';

const source = (extension: string, list: ComputerSource['list']) => ({
  extension,
  value: { list, find: async () => undefined },
});

const box = { computerId: 'box', host: '10.0.0.7', user: 'ada', port: 2222 };
const bare = { computerId: 'bare', host: 'bare.example' };

async function get(url: string) {
  const response = await fetch(`${url}/computers`);
  return [response.status, await response.json()];
}

test('the computers of all sources are listed, without what else is known of them', async () => {
  const withKey: ComputerInfo & { readonly key: string } = { ...box, key: 'secret' };
  const { url } = await startTransport({
    computers: [
      source('ssh', async () => [withKey]),
      source('other', async () => [{ ...bare, computerId: 'box' }, bare]),
    ],
  });
  expect(await get(url)).toEqual([200, { computers: [box, bare] }]);
});

test('a host without any lists none', async () => {
  const { url } = await startTransport();
  expect(await get(url)).toEqual([200, { computers: [] }]);
});

test('a source that fails is named, and the others are listed', async () => {
  const { url, records } = await startTransport({
    computers: [
      source('ssh', async () => {
        throw new CodedError('computer-unavailable', { message: 'There is no `ssh`.' });
      }),
      source('broken', async () => {
        throw new Error('token=secret');
      }),
      source('other', async () => [bare]),
    ],
  });
  expect(await get(url)).toEqual([
    200,
    {
      computers: [bare],
      failures: [
        { extension: 'ssh', message: 'There is no `ssh`.' },
        { extension: 'broken', message: 'It failed; the log of the host says why.' },
      ],
    },
  ]);
  expect(records).toMatchObject([
    { level: 'warn', attributes: { source: 'ssh' } },
    { level: 'warn', attributes: { source: 'broken' } },
  ]);
});

test('one that does not answer holds nobody up for longer than 5 s', async () => {
  let isAsked = false;
  const { url, runtime } = await startTransport({
    computers: [
      source('slow', () => {
        isAsked = true;
        return new Promise(() => {});
      }),
      source('other', async () => [bare]),
    ],
  });
  const answer = get(url);
  while (!isAsked) await runtime.advance(0);
  await runtime.advance(5000);
  expect(await answer).toMatchObject([
    200,
    { computers: [bare], failures: [{ extension: 'slow' }] },
  ]);
});
