import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noSshd, startSshd, type TestSshd } from '../sshd.ts';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { request, type SeenEvent } from './http.ts';
import { connect, type Frame, type Socket } from './socket.ts';

/** A small repository whose tests fail. */
const repository: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shop", "type": "module" }\n',
  'README.md': '# Shop\n\nRun `node check.js`.\n',
  '.gitignore': 'dist/\n',
  'dist/total.js': 'export const total = () => "built, and not to be found";\n',
  'src/total.js':
    'export function total(prices) {\n  let sum = 0;\n  for (const price of prices) sum -= price;\n  return sum;\n}\n',
  'check.js':
    "import { total } from './src/total.js';\n\nconst found = total([1, 2, 3]);\nconsole.log(found === 6 ? 'ok' : 'total is ' + found + ', not 6');\nprocess.exitCode = found === 6 ? 0 : 1;\n",
};

/** What the model does, step by step. */
const script = [
  [
    { tool: 'list_dir', input: { path: '.' } },
    { tool: 'grep', input: { pattern: 'total' } },
  ],
  [{ tool: 'read_file', input: { path: 'src/total.js' } }],
  [{ tool: 'shell', input: { command: 'node check.js' } }],
  [
    {
      tool: 'edit_file',
      input: { path: 'src/total.js', edits: [{ old: 'sum -= price', new: 'sum += price' }] },
    },
  ],
  [{ tool: 'shell', input: { command: 'node check.js' } }],
  [{ text: 'The tests pass.' }],
].flatMap((step, index) => (index === 0 ? step : [{ next: true }, ...step]));

const data = temporaryDataDir();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-work-')));
let host: HostProcess;
let sshd: TestSshd | undefined;
let socket: Socket;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  sshd = noSshd === undefined ? await startSshd() : undefined;
  host = await startHost({
    dataDir: data.dataDir,
    environment: sshd === undefined ? {} : { DISPATCH_SSH_CONFIG: sshd.configFile },
  });
  socket = await connect(host.url);
});

afterAll(async () => {
  socket.close();
  await host.stop();
  await sshd?.stop();
  data.remove();
  rmSync(folder, { recursive: true });
});

function makeRepository(name: string): string {
  const root = join(folder, name);
  for (const [path, text] of Object.entries(repository)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Lets the scripted agent work; a person answers over the socket. Resolves with what was told. */
async function work(conversationId: string, place: object): Promise<readonly SeenEvent[]> {
  socket.send({
    ...{ op: 'chat.send', id: conversationId, conversationId, message: JSON.stringify(script) },
    ...place,
  });
  const told: SeenEvent[] = [];
  const isOurs = (frame: Frame) =>
    frame.conversationId === conversationId && frame.event !== undefined;
  for (;;) {
    const { event } = await socket.until(isOurs);
    if (event === undefined) continue;
    told.push(event);
    if (event.type === 'turn-sealed') return told;
    if (event.type !== 'approval-request') continue;
    const { approvalId } = event;
    // The second time the same command needs nobody.
    const decision = event.name === 'shell' ? 'always' : 'allow';
    socket.send({ op: 'approval.resolve', id: `answer-${approvalId}`, approvalId, decision });
  }
}

/** What the model and the person saw, without what differs from run to run. */
async function transcript(conversationId: string, root: string): Promise<unknown> {
  const { body } = await request(`${host.url}/conversations/${conversationId}/messages`, 'GET');
  const chunks = body.chunks;
  if (!Array.isArray(chunks)) throw new Error('there is no history');
  const shown: unknown[] = chunks.map(({ role, chunk }) => {
    const { stepId: _, callId: __, durationMs: ___, ...rest } = chunk;
    return { role, ...rest };
  });
  return JSON.parse(JSON.stringify(shown).replaceAll(root, '<root>'));
}

function checkWork(told: readonly SeenEvent[], root: string): void {
  const asked = told.filter(({ type }) => type === 'approval-request');
  expect(asked.map(({ name }) => name)).toEqual(['shell', 'edit_file']);
  const answered = told.filter(({ type }) => type === 'approval-resolved');
  expect(answered.map(({ decision, by }) => [decision, by])).toEqual([
    ['always', 'person'],
    ['allow', 'person'],
  ]);
  const results = told.filter(({ type }) => type === 'tool-result');
  const failed = results.filter(({ isError }) => isError === true);
  expect(failed).toEqual([]);
  const shells = results
    .filter(({ name }) => name === 'shell')
    .map(({ content }) => JSON.stringify(content));
  expect(shells[0]).toContain('total is -6, not 6');
  expect(shells[1]).toContain('ok');
  expect(JSON.stringify(results)).not.toContain('not to be found');
  expect(told.at(-2)).toMatchObject({ type: 'done', finishReason: 'stop' });
  expect(readFileSync(join(root, 'src/total.js'), 'utf8')).toContain('sum += price');
}

let atHome: unknown;

describe('an agent that takes a repository from failing to passing tests, with a person’s consent', () => {
  test('on the host itself', async () => {
    const root = makeRepository('local');
    checkWork(await work('local', { cwd: root }), root);
    atHome = await transcript('local', root);
  });

  test.skipIf(noSshd !== undefined)(
    `on another machine, with the same transcript${noSshd === undefined ? '' : `: ${noSshd}`}`,
    async () => {
      const root = makeRepository('remote');
      checkWork(await work('remote', { cwd: root, computerId: 'box' }), root);
      expect(await transcript('remote', root)).toEqual(atHome);
    },
  );
});
