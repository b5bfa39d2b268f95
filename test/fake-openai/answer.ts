import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, lastText } from './chat-request.ts';
import { chunk, done, usage } from './chunks.ts';
import { streamDeltas } from './deltas.ts';
import { refuse } from './refuse.ts';
import type { Reply } from './reply.ts';
import { playPlan } from './tool-plan.ts';

type Answer = (asked: Asked, reply: Reply, detail: string) => Promise<void> | void;

const fixtures = new URL(
  '../../packages/extensions/provider-openai-compatible/src/__fixtures__/',
  import.meta.url,
);

/** By the first part of the model's name; what follows the slash is its detail. Any other: `text`. */
const answers: Readonly<Record<string, Answer>> = {
  /** `You said: …`, word by word. */
  text: ({ body }, reply) => say(reply, `You said: ${lastText(body)}`),
  /** The request itself, as it came, so that a test can look at it; its headers first. */
  request: ({ text, headers }, reply) => say(reply, JSON.stringify({ headers, text })),
  /** `n/<deltas>/p/<paceMs>`: `@abc` so many times, or as many times of sending, a pace apart. */
  n: (_, reply, detail) => streamDeltas(reply, detail),
  /** The user's message is a plan: a list of steps, each a list of calls or a text. */
  tools: ({ body }, reply) => playPlan(body.messages, reply),
  /** `quirk/<fixture>`: the recorded bytes of that name; `quirk/<fixture>/<n>` in reads of n bytes. */
  quirk: (_, reply, detail) => replay(reply, detail),
  /** `error/<status>[-once|-times-<n>][/<how retry-after is said>]`. */
  error: refuse,
  html: (_, reply, detail) =>
    reply.whole(detail === '' ? 502 : Number(detail), page, { 'content-type': 'text/html' }),
  empty: (_, reply) => reply.whole(200, '', { 'content-type': 'text/event-stream' }),
  /** `reset`: at once, without an answer; `reset/<n>`: after n deltas. */
  reset: async (_, reply, detail) => {
    if (detail !== '') await begin(reply, Number(detail));
    reply.reset();
  },
  /** `cut/<n>`: n deltas, then a clean end without a finish. */
  cut: async (_, reply, detail) => {
    await begin(reply, Number(detail));
    reply.end();
  },
  /** `silent`: no answer at all; `silent/<n>`: n deltas, then nothing more. */
  silent: async (_, reply, detail) => {
    if (detail !== '') await begin(reply, Number(detail));
    await reply.silence();
  },
  /** `unended`: a whole answer and its finish, then neither an end nor a usage. */
  unended: async (_, reply) => {
    await begin(reply, 1);
    await reply.write(chunk({}, 'stop'));
    await reply.silence();
  },
  /** `slow/<ms>`: that long before anything, with comments meanwhile. */
  slow: async (_, reply, detail) => {
    reply.begin();
    for (let rest = Number(detail); rest > 0; rest -= 20) {
      await reply.write(': still working\n\n');
      await sleep(Math.min(20, rest));
    }
    await sayOn(reply, 'at last');
  },
  /** An answer that is no stream, although one was asked for. */
  json: (_, reply) => reply.whole(200, readFixture('not-a-stream'), json),
  'json-error': (_, reply) => reply.whole(200, readFixture('not-a-stream-error'), json),
  /** Repeats the key that it was sent, in a refusal or (`leak/stream`) in mid-stream. */
  leak: async ({ headers }, reply, detail) => {
    const error = { message: `bad key ${headers.authorization}`, type: 'authentication_error' };
    if (detail === '') reply.json(401, { error });
    else {
      await begin(reply, 1);
      await reply.write(`data: ${JSON.stringify({ error })}\n\n`);
      reply.end();
    }
  },
};

export async function answer(asked: Asked, reply: Reply): Promise<void> {
  const slash = asked.model.indexOf('/');
  const kind = slash < 0 ? asked.model : asked.model.slice(0, slash);
  const detail = slash < 0 ? '' : asked.model.slice(slash + 1);
  const chosen = Object.hasOwn(answers, kind) ? answers[kind] : answers.text;
  await chosen?.(asked, reply, detail);
}

const json = { 'content-type': 'application/json' };
const page = '<html><head><title>Bad Gateway</title></head><body><h1>nginx</h1></body></html>';

async function begin(reply: Reply, deltas: number): Promise<void> {
  reply.begin();
  for (let i = 0; i < deltas; i++) {
    await reply.write(chunk({ content: `${i} ` }));
    await sleep(1);
  }
}

async function say(reply: Reply, text: string): Promise<void> {
  reply.begin();
  await sayOn(reply, text);
}

async function sayOn(reply: Reply, text: string): Promise<void> {
  await reply.write(chunk({ role: 'assistant', content: '' }));
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  await reply.write(words.map((word) => chunk({ content: word })).join(''));
  await reply.write(chunk({}, 'stop') + usage(5, words.length) + done);
  reply.end();
}

async function replay(reply: Reply, detail: string): Promise<void> {
  const [name = '', size = '0'] = detail.split('/');
  const bytes = readFixture(name);
  reply.begin(name === 'html' ? 'text/html' : 'text/event-stream');
  const step = Number(size) || bytes.length;
  for (let at = 0; at < bytes.length; at += step) {
    await reply.write(bytes.subarray(at, at + step));
    if (step < bytes.length) await sleep(1);
  }
  reply.end();
}

function readFixture(name: string): Buffer {
  return readFileSync(new URL(`${name}.txt`, fixtures));
}
