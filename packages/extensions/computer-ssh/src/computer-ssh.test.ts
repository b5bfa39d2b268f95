import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computerConformance, fakeExtensionContext, virtualRuntime } from '@dispatch/conformance';
import { describe } from 'vitest';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { noSshd, startSshd } from '../../../../test/sshd.ts';
import { createSshComputers } from './index.ts';
import { parseOptions } from './options.ts';

const hostSecret = 'a-secret-of-the-host';

describe.skipIf(noSshd !== undefined)(`over a real sshd${noSshd ? `: ${noSshd}` : ''}`, () => {
  computerConformance('computer-ssh', async () => {
    const sshd = await startSshd();
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'computer-ssh-')));
    process.env.COMPUTER_SSH_TEST = hostSecret;
    const runtime = realTimeRuntime();
    const computers = createSshComputers({
      ...parseOptions({ configFile: sshd.configFile }),
      runtime: { ...runtime, randomHex: virtualRuntime({ seed: 1 }).randomHex },
      logger: fakeExtensionContext().logger,
    });
    const computer = await computers.find('box');
    if (computer === undefined) throw new Error('no box');
    return {
      computer,
      folder,
      hostSecret,
      runtime,
      isLinux: process.platform === 'linux',
      dispose: async () => {
        delete process.env.COMPUTER_SSH_TEST;
        await computers.dispose();
        await sshd.stop();
        await rm(folder, { recursive: true });
      },
    };
  });
});
