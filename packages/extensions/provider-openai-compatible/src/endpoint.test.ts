import { expect, test } from 'vitest';
import { endpointOf } from './endpoint.ts';

test.each([
  ['https://api.openai.com/v1', 'https://api.openai.com/v1/models', 'api.openai.com:443'],
  ['http://127.0.0.1:1234/v1//', 'http://127.0.0.1:1234/v1/models', '127.0.0.1:1234'],
  ['http://host', 'http://host/models', 'host:80'],
  ['https://host/v1?api-version=2', 'https://host/v1/models?api-version=2', 'host:443'],
])('%s', (baseUrl, url, place) => {
  expect(endpointOf(baseUrl, '/models')).toEqual({ url, place });
});
