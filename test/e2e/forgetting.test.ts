import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request } from './http.ts';

const { dataDir, remove } = temporaryDataDir();
let host: HostProcess;

beforeAll(async () => {
  const config = { retention: { forgetSeconds: 1 } };
  writeFileSync(join(dataDir, 'dispatch.config.json'), JSON.stringify(config));
  host = await startHost({ dataDir, args: ['--approvals', 'auto'] });
});

afterAll(async () => {
  await host.stop();
  remove();
});

/** All that lies in the journal's folder, lists and copies included. A copy may go meanwhile. */
function journal(): string {
  const folder = join(dataDir, 'journal');
  return readdirSync(folder)
    .map((name) => {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

/** A conversation with a call and an answer, each with a word of its own. */
async function converse(word: string): Promise<string> {
  const message = JSON.stringify([
    { tool: 'shell', input: { command: `echo result-${word}` } },
    { next: true },
    { text: `answer-${word}` },
  ]);
  const turn = await chat(host.url, { message });
  await turn.rest();
  return turn.conversationId;
}

test('what the journal holds of a deleted conversation goes, and what it holds of others stays', async () => {
  const [deleted, kept] = [await converse('apricot'), await converse('blueberry')];
  await expect.poll(journal).toContain('result-blueberry');
  expect(journal()).toContain('result-apricot');
  await request(`${host.url}/conversations/${deleted}`, 'DELETE');
  const said = () => ['apricot', deleted].filter((word) => journal().includes(word));
  await expect.poll(said, { timeout: 20_000 }).toEqual([]);
  const left = journal();
  const linesOfKept = left.split('\n').filter((line) => line.includes(kept));
  expect(linesOfKept.filter((line) => line.includes('"span-open"')).length).toBe(
    linesOfKept.filter((line) => line.includes('"span-close"')).length,
  );
  expect(left).toContain('result-blueberry');
  const after = await converse('cherry');
  await expect.poll(journal).toContain(after);
});
