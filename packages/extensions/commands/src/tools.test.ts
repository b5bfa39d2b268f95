import { extensionConformance, memoryStore, toolConformance } from '@dispatch/conformance';
import type { Route } from '@dispatch/contracts';
import type { JsonValue, Tool } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { describe, expect, it } from 'vitest';
import { newCommand, newSystem, type SystemOptions } from './__fixtures__/system.ts';
import extension from './index.ts';
import { createCommandRoutes } from './routes.ts';
import { createCommandTools } from './tools.ts';

/** The tools over one host, and how the model calls them in the conversation `c1`. */
async function newTools(options: SystemOptions = {}) {
  const system = await newSystem(options);
  const { commands, computer } = await system.join();
  const tools = createCommandTools(commands, system.runtime);
  const call = async (name: string, input: JsonValue, conversationId = 'c1') => {
    const prepared = toolOf(tools, name).prepare(input);
    if (!prepared.ok) throw new Error(prepared.message);
    const signal = new AbortController().signal;
    const { content, isError = false } = await system.runtime.runUntil(
      prepared.run(fakeToolContext({ signal, conversationId })),
    );
    const texts = content.map((part) => (part.type === 'text' ? part.text : part.type));
    return { texts, isError };
  };
  return { ...system, commands, computer, tools, call };
}

function toolOf(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`There is no tool ${name}.`);
  return tool;
}

const bad = [{ commandId: '' }, { commandId: 5 }, {}, 'x'];

toolConformance(
  'command_list',
  async () => ({ tool: toolOf((await newTools()).tools, 'command_list') }),
  { valid: [{}], invalid: [{ conversationId: 'c2' }, 'x'] },
);
toolConformance(
  'command_output',
  async () => ({ tool: toolOf((await newTools()).tools, 'command_output') }),
  { valid: [], invalid: [...bad, { commandId: 'x', offset: -1 }, { commandId: 'x', wait: 1 }] },
);
toolConformance(
  'command_stop',
  async () => ({ tool: toolOf((await newTools()).tools, 'command_stop') }),
  { valid: [], invalid: bad },
);

describe("the model's tools", () => {
  it('list the commands of their conversation, with how they stand', async () => {
    const { commands, call, runtime } = await newTools();
    const { commandId } = await commands.start(newCommand);
    const other = await commands.start({ ...newCommand, command: 'make "all"' });
    await runtime.runUntil(other.stop());
    expect((await call('command_list', {})).texts).toEqual([
      `${commandId}: running: "serve"\n${other.commandId}: stopped: "make \\"all\\""`,
    ]);
    expect((await call('command_list', {}, 'c2')).texts).toEqual([
      'Nothing was run in the background.',
    ]);
  });

  it('read on from an offset, whole characters, and say where to go on', async () => {
    const { commands, call, runtime } = await newTools({
      play: async ({ print, ended }) => {
        print('ä'.repeat(20_000));
        await ended;
        return { code: 0 };
      },
    });
    const { commandId } = await commands.start(newCommand);
    await runtime.advance(1000);
    const first = await call('command_output', { commandId, offset: 1 });
    expect(first.texts).toEqual([
      'ä'.repeat(16_383),
      '[bytes 2 to 32768 of 40000; running; read on from offset 32768]',
    ]);
    const rest = await call('command_output', { commandId, offset: 32_768 });
    expect(rest.texts[0]).toBe('ä'.repeat(3616));
    const newest = await call('command_output', { commandId });
    expect(newest.texts[1]).toContain('bytes 7232 to 40000');
    expect((await call('command_output', { commandId, offset: 99_999 })).texts).toEqual([
      '[bytes 40000 to 40000 of 40000; running; read on from offset 40000]',
    ]);
  });

  it('wait for something new, or for the end, but not for ever', async () => {
    const { commands, call, runtime } = await newTools({
      play: async ({ print }) => {
        await runtime.sleep(3000);
        print('up');
        await runtime.sleep(3000);
        return { code: 1 };
      },
    });
    const { commandId } = await commands.start(newCommand);
    const wait = async (offset: number, waitMs: number) => {
      const from = runtime.now();
      const { texts } = await call('command_output', { commandId, offset, waitMs });
      return { texts, tookMs: runtime.now() - from };
    };
    const none = await wait(0, 1000);
    expect(none.texts).toHaveLength(1);
    expect(none.tookMs).toBe(1000);
    const up = await wait(0, 60_000);
    expect(up.texts[0]).toBe('up');
    expect(up.tookMs).toBeLessThan(3000);
    const over = await wait(2, 60_000);
    expect(over.texts[0]).toMatch(/exited with code 1/);
    expect(over.tookMs).toBeLessThan(4000);
  });

  it('stop a command, and say so', async () => {
    const { commands, call } = await newTools();
    const { commandId, exited } = await commands.start(newCommand);
    expect(await call('command_stop', { commandId })).toEqual({
      texts: ['stopped'],
      isError: false,
    });
    expect(await exited).toEqual({ signal: 'SIGTERM' });
    expect((await call('command_stop', { commandId })).texts[0]).toMatch(/Nothing was left/);
  });

  it('know no command of another conversation', async () => {
    const { commands, call } = await newTools();
    const { commandId } = await commands.start(newCommand);
    for (const name of ['command_output', 'command_stop']) {
      for (const id of [commandId, 'no/such\u0000id']) {
        const { texts, isError } = await call(name, { commandId: id }, 'c2');
        expect(isError).toBe(true);
        expect(texts[0]).toContain('command_list');
      }
    }
    expect((await commands.read(commandId))?.state).toBe('running');
  });
});

describe("the clients' routes", () => {
  const newRoutes = async () => {
    const { commands, runtime, computer } = await newTools();
    const routes = createCommandRoutes(commands);
    const ask = (path: string, params: Record<string, string>, query: JsonValue = {}) => {
      const route = routes.find((one) => one.path === path) as Route;
      const signal = new AbortController().signal;
      return route.handle({ params, query, body: {}, signal });
    };
    const send = async (body: JsonValue) => {
      const route = routes.find(({ method, path }) => `${method} ${path}` === 'POST /commands');
      const signal = new AbortController().signal;
      return route?.handle({ params: {}, query: {}, body, signal });
    };
    return { commands, runtime, computer, ask, send };
  };

  it('list, read and stop', async () => {
    const { commands, runtime, ask } = await newRoutes();
    const { commandId } = await commands.start(newCommand);
    await runtime.advance(1000);
    expect(await ask('/commands', {}, { conversationId: 'c1' })).toEqual({
      status: 200,
      json: {
        commands: [
          {
            commandId,
            conversationId: 'c1',
            callId: 'call-1',
            command: 'serve',
            state: 'running',
            startedAt: '2026-01-01T00:00:00.000Z',
          },
        ],
      },
    });
    expect(await ask('/commands/:id/output', { id: commandId }, { offset: 3 })).toEqual({
      status: 200,
      bytes: Buffer.from('ving\n'),
      mediaType: 'text/plain; charset=utf-8',
      headers: { 'x-output-offset': '3', 'x-output-size': '8' },
    });
    expect(await ask('/commands/:id/stop', { id: commandId })).toEqual({ status: 202 });
    await runtime.advance(1000);
    expect((await commands.read(commandId))?.state).toBe('stopped');
  });

  it('send a command there that a call waits for, and tell it as it is listed', async () => {
    const { commands, ask, send, computer } = await newRoutes();
    const running = await computer.spawn({ ...newCommand, onOutput: () => {} });
    commands.offer({ ...newCommand, running, handOver: () => {} });
    const sent = await send({ conversationId: 'c1', callId: newCommand.callId });
    expect(sent).toMatchObject({ status: 201, json: { state: 'running', callId: 'call-1' } });
    const listed = await ask('/commands', {}, { conversationId: 'c1' });
    expect(listed).toEqual({
      status: 200,
      json: { commands: [(sent as { json?: JsonValue }).json] },
    });
  });

  it('answer command-not-found', async () => {
    const { ask, runtime, send } = await newRoutes();
    const sent = send({ conversationId: 'c1', callId: 'nobody' });
    const refused = runtime.runUntil(sent.catch((error: unknown) => error));
    expect(await refused).toMatchObject({ code: 'command-not-found' });
    for (const path of ['/commands/:id/output', '/commands/:id/stop']) {
      await expect(ask(path, { id: 'nobody' }, { offset: 0 })).rejects.toMatchObject({
        code: 'command-not-found',
      });
    }
  });
});

extensionConformance('commands', extension, () => ({
  needed: { computer: [], records: memoryStore().records },
}));
