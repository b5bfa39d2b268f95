import { extensionConformance, memoryStore } from '@dispatch/conformance';
import { expect, test } from 'vitest';
import { codeOf, serveRoutes } from './__fixtures__/served-routes.ts';
import extension, { maxUploads } from './index.ts';

extensionConformance('attachments', extension, () => ({
  needed: { blobs: memoryStore().blobs },
}));

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256);

test('what is uploaded is told of and given back, byte for byte', async () => {
  const { upload, get, blobs } = await serveRoutes();
  const kept = await upload({ type: 'Image/PNG', name: 'a cat.png', bytes });
  const { attachmentId } = kept;
  expect(kept).toEqual({ attachmentId: expect.any(String), mediaType: 'image/png', size: 1000 });
  const given = await get(attachmentId);
  expect(given).toMatchObject({ status: 200, mediaType: 'image/png', size: 1000, bytes });
  const described = { blobId: attachmentId, mediaType: 'image/png', name: 'a cat.png', size: 1000 };
  expect(await blobs.describe(attachmentId)).toEqual(described);
  const empty = await upload({ type: 'text/plain', bytes: new Uint8Array() });
  expect(await get(empty.attachmentId)).toMatchObject({ status: 200, bytes: new Uint8Array() });
});

test.each([
  undefined,
  '',
  'png',
  'image/',
  '/png',
  'image/png/x',
  'image/p ng',
  'text/plain; charset',
  'text/plain; charset="\u00e9"',
  'text/plain\r\nx-evil: 1',
  `text/${'x'.repeat(255)}`,
  'multipart/form-data; boundary=x',
])('the Content-Type %j is refused before a byte is read', async (type) => {
  const { upload } = await serveRoutes();
  const readBytes = () => Promise.reject(new Error('it was read'));
  const refused = upload({ readBytes, ...(type === undefined ? {} : { type }) });
  expect(await codeOf(refused)).toBe('unsupported-media-type');
});

test.each([
  ['text/plain; charset=utf-8', 'text/plain; charset=utf-8'],
  ['APPLICATION/X-Test;Level="a b"', 'application/x-test;Level="a b"'],
  ['  image/svg+xml ', 'image/svg+xml'],
])('the Content-Type %j is kept as %j', async (type, mediaType) => {
  const { upload, get } = await serveRoutes();
  const { attachmentId } = await upload({ type });
  expect(await get(attachmentId)).toMatchObject({ mediaType });
});

test('a browser is shown pictures alone, and runs nothing', async () => {
  const { upload, get } = await serveRoutes();
  for (const [type, disposition] of [
    ['image/png', 'inline'],
    ['image/jpeg; x=y', 'inline'],
    ['image/svg+xml', 'attachment'],
    ['text/html', 'attachment'],
    ['application/pdf', 'attachment'],
    ['image/png2', 'attachment'],
  ] as const) {
    const { attachmentId } = await upload({ type });
    expect((await get(attachmentId)).headers).toMatchObject({
      'content-disposition': disposition,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=86400, immutable',
    });
  }
});

test.each([
  ['plain.txt', 'attachment; filename="plain.txt"'],
  ['../../etc/passwd', 'attachment; filename="passwd"'],
  ['C:\\temp\\a.txt', 'attachment; filename="a.txt"'],
  ['a"b\r\nx: y.txt', `attachment; filename="a_bx: y.txt"; filename*=UTF-8''a%22bx%3A%20y.txt`],
  ["é'(1)*.txt", `attachment; filename="_'(1)*.txt"; filename*=UTF-8''%C3%A9%27%281%29%2A.txt`],
  ['\u0000/', 'attachment'],
  ['\ud800.txt', `attachment; filename="_.txt"; filename*=UTF-8''%EF%BF%BD.txt`],
])('the name %j is told as %j', async (name, disposition) => {
  const { upload, get } = await serveRoutes();
  const { attachmentId } = await upload({ type: 'text/plain', name });
  expect((await get(attachmentId)).headers).toMatchObject({ 'content-disposition': disposition });
});

test.each([
  ['bytes=0-9', 0, 10],
  ['bytes=990-', 990, 10],
  ['bytes=990-5000', 990, 10],
  ['bytes=-10', 990, 10],
  ['bytes=-5000', 0, 1000],
])('the range %j is answered alone', async (range, offset, length) => {
  const { upload, get } = await serveRoutes();
  const { attachmentId } = await upload({ type: 'image/png', bytes });
  const part = await get(attachmentId, { range });
  expect(part).toMatchObject({ status: 206, bytes: bytes.slice(offset, offset + length) });
  expect(part.headers?.['content-range']).toBe(`bytes ${offset}-${offset + length - 1}/1000`);
  const same = await get(attachmentId, { range, 'if-range': part.headers?.etag ?? '' });
  expect(same.status).toBe(206);
});

test.each(['bytes=1000-', 'bytes=9-3', 'bytes=-0', 'bytes=-', 'bytes=0-1,5-6', 'lines=0-1', ''])(
  'the range %j, which can not be given alone, gets all',
  async (range) => {
    const { upload, get } = await serveRoutes();
    const { attachmentId } = await upload({ type: 'image/png', bytes });
    expect(await get(attachmentId, { range })).toMatchObject({ status: 200, bytes });
    const changed = { range: 'bytes=0-1', 'if-range': '"other"' };
    expect(await get(attachmentId, changed)).toMatchObject({ status: 200, bytes });
  },
);

test('who has the bytes already is not given them again', async () => {
  const { upload, get } = await serveRoutes();
  const { attachmentId } = await upload({ type: 'image/png' });
  const { headers } = await get(attachmentId);
  const etag = headers?.etag ?? '';
  for (const tags of [etag, `"other", W/${etag}`, '*']) {
    const reply = await get(attachmentId, { 'if-none-match': tags });
    expect(reply).toEqual({ status: 304, headers });
  }
  expect(await get(attachmentId, { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
});

test('what is not there is not found, whatever its id looks like', async () => {
  const { get, blobs } = await serveRoutes();
  for (const id of ['gone', 'a b', '\0', '\ud800', '..', 'x'.repeat(65), '']) {
    expect(await codeOf(get(id))).toBe('attachment-not-found');
  }
  const vanishing = await serveRoutes({
    ...blobs,
    describe: async (blobId) => ({ blobId, mediaType: 'image/png', size: 3 }),
  });
  expect(await codeOf(vanishing.get('vanished'))).toBe('attachment-not-found');
});

test('one upload more than the most is refused, until one has ended, however it ended', async () => {
  const { upload } = await serveRoutes();
  const bodies = Array.from({ length: maxUploads }, () => Promise.withResolvers<Uint8Array>());
  const running = bodies.map(({ promise }) =>
    codeOf(upload({ type: 'text/plain', readBytes: () => promise })),
  );
  expect(await codeOf(upload({ type: 'text/plain' }))).toBe('overloaded');
  const [first, second, ...rest] = bodies;
  first?.reject(new Error('gone'));
  expect(await running[0]).toBe('Error: gone');
  expect(await codeOf(upload({ type: 'text/plain' }))).toBe('resolved');
  for (const { resolve } of [second, ...rest].filter((body) => body !== undefined)) resolve(bytes);
  expect(await Promise.all(running.slice(1))).toEqual(running.slice(1).map(() => 'resolved'));
});

test('a large one is given in pieces of a MiB, read as they are taken', async () => {
  const { upload, get } = await serveRoutes();
  const large = new Uint8Array(2.5 * 1024 * 1024).fill(7);
  const { attachmentId } = await upload({ type: 'video/mp4', bytes: large });
  const whole = await get(attachmentId);
  expect(whole.pieces?.map(({ length }) => length)).toEqual([1_048_576, 1_048_576, 524_288]);
  const range = await get(attachmentId, { range: 'bytes=10-1048586' });
  expect(range.pieces?.map(({ length }) => length)).toEqual([1_048_576, 1]);
  expect(range.size).toBe(1_048_577);
});
