import { describe, expect, it, test } from 'vitest';
import { connectionFailure } from './connection-failure.ts';
import { wordsOfBody } from './error-words.ts';
import { reportedFailure, statusFailure } from './provider-failure.ts';
import { retryAfterMs } from './retry-after.ts';

describe('the words of a body', () => {
  it.each([
    ['{"error":{"message":"m","type":"t","code":"c"}}', { words: 'm', kind: 't c' }],
    ['{"error":"plain"}', { words: 'plain' }],
    ['{"object":"error","message":"m","code":404}', { words: 'm', status: 404 }],
    ['{"detail":"m"}', { words: 'm' }],
    [
      '{"detail":[{"loc":["body"],"msg":"m"}]}',
      { words: '{"detail":[{"loc":["body"],"msg":"m"}]}' },
    ],
    [
      '[{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}]',
      { words: 'm', status: 429 },
    ],
    ['{"errors":[{"message":"m"}]}', { words: 'm' }],
    [
      '{"error":{"message":"m","code":"503","retry_after_ms":7.5}}',
      { words: 'm', status: 503, retryAfterMs: 8 },
    ],
    ['{"odd":1}', { words: '{"odd":1}' }],
    ['just\n  text', { words: 'just text' }],
    ['<html><body><style>p{}</style><p>Sorry,</p> <b>no</b>', { words: 'a web page: Sorry, no' }],
    ['<!doctype html><TITLE>\n 502 </TITLE>', { words: 'a web page: 502' }],
    ['', { words: '' }],
    ['null', { words: '' }],
  ])('%s', (body, expected) => {
    expect(wordsOfBody(body)).toMatchObject(expected);
  });

  it('are bounded', () => {
    const { words } = wordsOfBody('\u{1f600}'.repeat(10_000));
    expect(words.length).toBeLessThan(700);
    expect(words.isWellFormed()).toBe(true);
  });
});

describe('whether another attempt is worth it', () => {
  it.each([
    ['{"error":{"message":"m","type":"server_error"}}', true],
    ['{"error":{"message":"m","type":"overloaded_error"}}', true],
    ['{"error":{"message":"m","code":"rate_limit_exceeded"}}', true],
    ['{"error":{"message":"m","code":500}}', true],
    ['{"error":{"message":"m"}}', true],
    ['{"error":{"message":"m","type":"invalid_request_error"}}', false],
    ['{"error":{"message":"m","code":"insufficient_quota"}}', false],
    ['{"error":{"message":"m","code":"context_length_exceeded"}}', false],
    ['{"error":{"message":"m","code":401}}', false],
  ])('%s: %s', (body, retryable) => {
    expect(reportedFailure(wordsOfBody(body)).retryable).toBe(retryable);
  });

  it('a server that does not take stream_options is told about, with the way out', () => {
    const { message } = statusFailure(400, { words: 'unknown field stream_options' }, undefined);
    expect(message).toContain('includeUsage');
  });
});

describe('retry-after', () => {
  const now = Date.UTC(2026, 0, 1, 12);
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': ' 0.5 ' }, 500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:03 GMT' }, 3000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '12.2', 'retry-after': '9' }, 13],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('%j is %s', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers), now)).toBe(expected);
  });
});

test.each([
  [failed({ code: 'ENOTFOUND' }), 'failed (the name is not known, ENOTFOUND)', true],
  [
    failed({ errors: [{ code: 'ECONNREFUSED' }] }),
    'failed (nothing listens there, ECONNREFUSED)',
    true,
  ],
  [failed({ code: 'CERT_HAS_EXPIRED' }), 'failed (CERT_HAS_EXPIRED)', true],
  [failed({ message: 'bad port' }), 'failed (bad port)', false],
  [new TypeError('fetch failed'), 'failed (fetch failed)', true],
  ['odd', 'failed', true],
])('a connection that fails: %s', (error, words, retryable) => {
  const message = `The connection to host:1 ${words}`;
  expect(connectionFailure(error, 'host:1', 'connect')).toMatchObject({ message, retryable });
});

function failed(cause: object): TypeError {
  return new TypeError('fetch failed', { cause });
}
