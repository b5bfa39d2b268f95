import { expect, test } from 'vitest';
import { json, noContent, refuse, serveAnswers } from '../__fixtures__/http-server.ts';
import { createClient } from '../create-client.ts';

const workspace = {
  workspaceId: 'w',
  name: 'n',
  defaultCwd: null,
  defaultComputerId: null,
  defaultModel: null,
};

test('workspaces are made, read, changed, listed and deleted', async () => {
  const { url, requests } = await serveAnswers(
    json(workspace, 201),
    json(workspace),
    json(workspace),
    json({ workspaces: [workspace] }),
    noContent,
  );
  const client = createClient({ url });
  expect(await client.createWorkspace({ name: 'n' })).toEqual(workspace);
  expect(await client.workspace('w')).toEqual(workspace);
  expect(await client.updateWorkspace('w', { defaultCwd: null })).toEqual(workspace);
  expect(await client.workspaces()).toEqual({ workspaces: [workspace] });
  await client.removeWorkspace('a/b');
  expect(requests.map(({ method, url: path, body }) => `${method} ${path} ${body}`)).toEqual([
    'POST /workspaces {"name":"n"}',
    'GET /workspaces/w ',
    'PATCH /workspaces/w {"defaultCwd":null}',
    'GET /workspaces ',
    'DELETE /workspaces/a%2Fb ',
  ]);
});

test('approvals are listed and answered, and a late answer says that it is', async () => {
  const { url, requests } = await serveAnswers(
    json({ approvals: [] }),
    noContent,
    refuse(409, 'already-resolved'),
  );
  const client = createClient({ url });
  expect(await client.approvals('c')).toEqual({ approvals: [] });
  await client.resolveApproval('p', { decision: 'deny', reason: 'No.' });
  await expect(client.resolveApproval('p', { decision: 'allow' })).rejects.toMatchObject({
    code: 'already-resolved',
  });
  expect(requests.map(({ method, url: path, body }) => `${method} ${path} ${body}`)).toEqual([
    'GET /conversations/c/approvals ',
    'POST /approvals/p {"decision":"deny","reason":"No."}',
    'POST /approvals/p {"decision":"allow"}',
  ]);
});

test('rules are listed, explained and removed', async () => {
  const rules = { configured: [], stored: [] };
  const explanation = { decision: 'allow', decidedBy: 'default', reason: 'r', parts: [] };
  const { url, requests } = await serveAnswers(json(rules), json(explanation), noContent);
  const client = createClient({ url });
  expect(await client.rules()).toEqual(rules);
  expect(await client.explainCall({ tool: 't', input: { a: 1 } })).toEqual(explanation);
  await client.removeRule('r');
  expect(requests.map(({ method, url: path, body }) => `${method} ${path} ${body}`)).toEqual([
    'GET /rules ',
    'POST /rules/explain {"tool":"t","input":{"a":1}}',
    'DELETE /rules/r ',
  ]);
});

test('commands in the background are listed, sent there, read on from a byte, and stopped', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xc3]);
  const { url, requests } = await serveAnswers(
    json({ commands: [] }),
    json({ commandId: 'k' }),
    (response) => response.writeHead(200).end(bytes),
    (response) => response.writeHead(202).end(),
  );
  const client = createClient({ url });
  expect(await client.commands('c')).toEqual({ commands: [] });
  expect(await client.sendToBackground('c', 'call')).toEqual({ commandId: 'k' });
  expect(requests.at(-1)?.body).toBe('{"conversationId":"c","callId":"call"}');
  expect(Buffer.from(await client.commandOutput('k', 7))).toEqual(bytes);
  await client.stopCommand('k');
  expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
    'GET /commands?conversationId=c',
    'POST /commands',
    'GET /commands/k/output?offset=7',
    'POST /commands/k/stop',
  ]);
});

test('attachments are uploaded as they are, under their name, and read', async () => {
  const types: (string | undefined)[] = [];
  const kept = { attachmentId: 'a', mediaType: 'image/png', size: 3 };
  const bytes = Uint8Array.of(1, 0, 97);
  const { url, requests } = await serveAnswers(
    (response, request) => {
      types.push(request.contentType);
      json(kept, 201)(response, request);
    },
    (response) => response.writeHead(200).end(bytes),
    refuse(404, 'attachment-not-found'),
  );
  const client = createClient({ url });
  const uploaded = await client.uploadAttachment({
    bytes,
    mediaType: 'image/png',
    name: 'a b.png',
  });
  expect(uploaded).toEqual(kept);
  expect(await client.attachment('a')).toEqual(bytes);
  await expect(client.attachment('a/b')).rejects.toMatchObject({ code: 'attachment-not-found' });
  expect(types).toEqual(['image/png']);
  expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
    'POST /attachments?name=a+b.png',
    'GET /attachments/a',
    'GET /attachments/a%2Fb',
  ]);
  expect(requests[0]?.body).toBe('\u0001\u0000a');
});
