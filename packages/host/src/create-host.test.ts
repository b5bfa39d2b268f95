import { virtualRuntime } from '@dispatch/conformance';
import { CodedError, defineExtension, isCodedError, type Transport } from '@dispatch/contracts';
import type { LogRecord, Sink } from '@dispatch/kernel';
import { describe, expect, test } from 'vitest';
import { plainExtension } from './__fixtures__/plain-extension.ts';
import { createHost } from './create-host.ts';

const recordingSinkExtension = (records: LogRecord[]) => {
  const sink: Sink = {
    name: 'recording',
    write: (record) => {
      records.push(record);
    },
    flush: async () => {},
  };
  return plainExtension({ name: 'sink', provides: ['sink'], contributes: { sink: [sink] } });
};

const transportOf = (url: string, told: string[]): Transport => ({
  name: url,
  listen: async () => {
    told.push(`listen ${url}`);
    return { url };
  },
  close: async () => {
    told.push(`close ${url}`);
  },
});

const failureOf = async (promise: Promise<unknown>): Promise<CodedError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isCodedError(error)) throw new Error(`not a coded error: ${String(error)}`);
  return error;
};

/** Extensions a, b (needs a's store) and c (needs nothing) that tell what happens to them. */
const tellingExtensions = (told: string[]) => {
  const telling = (name: string, parts: Partial<Parameters<typeof plainExtension>[0]> = {}) => {
    const base = plainExtension({
      name,
      ...parts,
      start: async () => void told.push(`start ${name}`),
      drain: async () => void told.push(`drain ${name}`),
      dispose: async () => void told.push(`dispose ${name}`),
    });
    const setup: typeof base.setup = async (...args) => {
      told.push(`setup ${name}`);
      return base.setup(...args);
    };
    return { ...base, setup };
  };
  const transport = [transportOf('http://b', told)];
  return [
    telling('b', { needs: ['store'], provides: ['transport'], contributes: { transport } }),
    telling('a', { provides: ['store'] }),
    telling('c'),
  ];
};

describe('a host that starts and stops', () => {
  test('goes through its phases in order, and back', async () => {
    const told: string[] = [];
    const host = createHost({ extensions: tellingExtensions(told), runtime: virtualRuntime() });
    expect(host.inventory.extensions().map(({ state }) => state)).toEqual(
      Array(3).fill('starting'),
    );
    expect(await host.start()).toEqual({ urls: ['http://b'] });
    expect(host.inventory.extensions()).toEqual([
      { id: 'b', version: '1.2.3', state: 'running', contributes: ['transport'] },
      { id: 'a', version: '1.2.3', state: 'running', contributes: ['store'] },
      { id: 'c', version: '1.2.3', state: 'running', contributes: [] },
    ]);
    const started = told.splice(0);
    expect(started.slice(0, 3).sort()).toEqual(['setup a', 'setup b', 'setup c']);
    expect(started.indexOf('setup a')).toBeLessThan(started.indexOf('setup b'));
    expect(started.slice(3, 6).sort()).toEqual(['start a', 'start b', 'start c']);
    expect(started.slice(6)).toEqual(['listen http://b']);

    await Promise.all([host.stop(), host.stop()]);
    expect(told.splice(0, 3).sort()).toEqual(['drain a', 'drain b', 'drain c']);
    expect(told).toEqual(['close http://b', 'dispose c', 'dispose b', 'dispose a']);
    expect(new Set(host.inventory.extensions().map(({ state }) => state))).toEqual(
      new Set(['stopped']),
    );
  });

  test('sets up at once what does not need one another', async () => {
    const runtime = virtualRuntime();
    const slow = (name: string) =>
      plainExtension({
        name,
        setup: async () => {
          await runtime.sleep(1000);
          return { contributes: {} };
        },
      });
    const host = createHost({ extensions: [slow('a'), slow('b'), slow('c')], runtime });
    await runtime.runUntil(host.start());
    expect(runtime.now()).toBe(1000);
  });

  test('gives each what it asked for, its options and its own name on records', async () => {
    const records: LogRecord[] = [];
    const seen: unknown[] = [];
    const asking = defineExtension({
      name: 'asking',
      version: '0.1.0',
      apiVersion: 1,
      needs: ['tool', 'store?', 'inventory', 'blobs'],
      provides: [],
      parseOptions: (raw) => raw,
      setup: async ({ needs, options, logger }) => {
        seen.push(Object.keys(needs).sort(), needs.tool, needs.store, options);
        logger.info('here', { key: 'hunter2hunter2' });
        logger.debug('not told');
        return { contributes: {} };
      },
    });
    const tools = plainExtension({ name: 'tools', provides: ['tool'] });
    const blobs = plainExtension({ name: 'blobs', provides: ['blobs', 'records'] });
    const host = createHost({
      extensions: [asking, tools, blobs, recordingSinkExtension(records)],
      config: { options: { asking: { loud: true } }, secrets: ['hunter2hunter2'] },
      runtime: virtualRuntime(),
    });
    await host.start();
    expect(seen).toEqual([['blobs', 'inventory', 'store', 'tool'], [], undefined, { loud: true }]);
    const logs = records.filter((record) => record.type === 'log');
    expect(logs).toMatchObject([
      { message: 'here', extension: 'asking', attributes: { key: '[redacted]' } },
    ]);
    await host.stop();
  });

  test('keeps lists in the order of its extensions, with who contributed', async () => {
    let list: unknown;
    const one = (name: string) =>
      plainExtension({ name, provides: ['route'], contributes: { route: [`route of ${name}`] } });
    const reader = plainExtension({
      name: 'reader',
      needs: ['route'],
      setup: async (_, needed) => {
        list = needed.route;
        return { contributes: {} };
      },
    });
    const host = createHost({
      extensions: [one('z'), reader, one('a')],
      runtime: virtualRuntime(),
    });
    await host.start();
    expect(list).toEqual([
      { extension: 'z', value: 'route of z' },
      { extension: 'a', value: 'route of a' },
    ]);
  });

  test('two of them in one process know nothing of each other', async () => {
    const [one, two]: [string[], string[]] = [[], []];
    const hosts = [one, two].map((told) =>
      createHost({ extensions: tellingExtensions(told), runtime: virtualRuntime() }),
    );
    await Promise.all(hosts.map((host) => host.start()));
    await hosts[0]?.stop();
    expect(one).toContain('dispose a');
    expect(two).not.toContain('dispose a');
    await hosts[1]?.stop();
  });
});

describe('a start that fails', () => {
  const failing = (error: unknown) =>
    plainExtension({
      name: 'failing',
      needs: ['store'],
      setup: () => Promise.reject(error),
    });

  test('names the extension, keeps the cause, and disposes what was set up', async () => {
    const told: string[] = [];
    const records: LogRecord[] = [];
    const cause = new CodedError('port-in-use', { message: 'Port 1 is taken.', hint: 'Another.' });
    const extensions = [...tellingExtensions(told), recordingSinkExtension(records)];
    const host = createHost({
      extensions: [...extensions, failing(cause)],
      runtime: virtualRuntime(),
    });
    const error = await failureOf(host.start());
    expect(error).toMatchObject({
      code: 'extension-failed',
      message: 'failing failed to set up: Port 1 is taken.',
      hint: 'Another.',
      cause,
      details: { extension: 'failing', phase: 'set up', code: 'port-in-use' },
    });
    expect(told).toContain('dispose a');
    expect(told).not.toContain('listen http://b');
    expect(records.filter((record) => record.type === 'log')).toMatchObject([
      { level: 'error', message: 'The host did not start' },
    ]);
    expect(host.inventory.extensions().find(({ id }) => id === 'failing')?.state).toBe('failed');
    await host.stop();
    expect(await failureOf(host.start())).toMatchObject({ code: 'host-used' });
  });

  test('sets nothing up where the options of one are bad', async () => {
    const told: string[] = [];
    const picky = plainExtension({
      name: 'picky',
      checkOptions: () => {
        throw new Error('`size` must be a number');
      },
    });
    const host = createHost({
      extensions: [...tellingExtensions(told), picky],
      runtime: virtualRuntime(),
    });
    expect(await failureOf(host.start())).toMatchObject({ code: 'bad-options' });
    expect(told).toEqual([]);
  });

  test('names who is late, and closes what comes after its time', async () => {
    const runtime = virtualRuntime();
    let isClosed = false;
    const late = plainExtension({
      name: 'late',
      setup: async () => {
        await runtime.sleep(60_000);
        return {
          contributes: {},
          dispose: async () => {
            isClosed = true;
          },
        };
      },
    });
    const host = createHost({ extensions: [late], runtime });
    const error = await runtime.runUntil(failureOf(host.start()));
    expect(error).toMatchObject({ code: 'extension-timeout' });
    expect(error.message).toContain('late took longer than 30000 ms to set up');
    expect(runtime.now()).toBe(30_000);
    await runtime.advance(60_000);
    expect(isClosed).toBe(true);
  });

  test.each([
    ['does not contribute it', { provides: ['store'] as const, contributes: {} }],
    ['which takes a list', { provides: ['tool'] as const, contributes: { tool: {} } }],
    ['does not declare', { provides: [] as const, contributes: { tool: [] } }],
  ])('tells a plugin author what is wrong: %s', async (words, parts) => {
    let isDisposed = false;
    const wrong = plainExtension({
      name: 'wrong',
      ...parts,
      dispose: async () => {
        isDisposed = true;
      },
    });
    const error = await failureOf(
      createHost({ extensions: [wrong], runtime: virtualRuntime() }).start(),
    );
    expect(error.code).toBe('bad-contribution');
    expect(error.message).toContain(words);
    expect(isDisposed).toBe(true);
  });

  test('a stop in the middle of it ends it, and what was set up is disposed', async () => {
    const told: string[] = [];
    const runtime = virtualRuntime();
    const slow = plainExtension({
      name: 'slow',
      needs: ['store'],
      setup: async ({ signal }) => {
        await runtime.sleep(20_000, signal);
        return { contributes: {}, dispose: async () => void told.push('dispose slow') };
      },
    });
    const host = createHost({ extensions: [...tellingExtensions(told), slow], runtime });
    const failure = failureOf(host.start());
    await runtime.advance(10);
    await host.stop();
    expect(await failure).toMatchObject({ code: 'host-stopped' });
    expect(told).toContain('dispose slow');
    expect(told).toContain('dispose a');
    expect(runtime.now()).toBe(10);
  });
});

describe('a stop that fails', () => {
  test('tries everything, names the culprits and their deadline', async () => {
    const told: string[] = [];
    const runtime = virtualRuntime();
    const stuck = plainExtension({ name: 'stuck', drain: () => new Promise(() => {}) });
    const broken = plainExtension({
      name: 'broken',
      dispose: () => Promise.reject(new Error('no such file')),
    });
    const host = createHost({ extensions: [...tellingExtensions(told), stuck, broken], runtime });
    await host.start();
    const error = await runtime.runUntil(failureOf(host.stop()));
    expect(error.code).toBe('host-stop-failed');
    expect(error.message).toContain('stuck failed to drain: took longer than 15000 ms');
    expect(error.message).toContain('broken failed to dispose: no such file');
    expect(told).toContain('dispose a');
    expect(runtime.now()).toBe(15_000);
  });
});
