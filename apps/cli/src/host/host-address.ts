import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, usageError } from '../exit-codes.ts';
import type { Io } from '../io.ts';

const startIt = 'Start one with `npm start`, or name it with --url or DISPATCH_URL.';

/** Where the host is (HOST.md, "Ready, and stop"): `--url`, else `DISPATCH_URL`, else the data folder. */
export async function findHost(
  io: Pick<Io, 'env' | 'isAlive'>,
  option: string | undefined,
  dataFolder: string,
): Promise<string> {
  if (option !== undefined) return checkUrl(option, '--url');
  const fromEnvironment = io.env.DISPATCH_URL;
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return checkUrl(fromEnvironment, 'DISPATCH_URL');
  }
  const file = join(dataFolder, 'host.json');
  const host = await readHostFile(file);
  if (host === undefined) {
    throw new CommandError('No host is running here.', `There is no ${file}.\n${startIt}`);
  }
  if (!io.isAlive(host.pid)) {
    throw new CommandError(
      'No host is running here.',
      `${file} names the process ${host.pid}, which is gone.\n${startIt}`,
    );
  }
  return host.url;
}

function checkUrl(text: string, from: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw usageError(
    `${from} is no address of a host: "${text}".`,
    'It looks like http://127.0.0.1:4177.',
  );
}

async function readHostFile(file: string): Promise<{ url: string; pid: number } | undefined> {
  try {
    const host: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof host !== 'object' || host === null || !('url' in host) || !('pid' in host)) {
      return undefined;
    }
    const { url, pid } = host;
    return typeof url === 'string' && typeof pid === 'number' ? { url, pid } : undefined;
  } catch {
    // Absent, or not yet whole: either way there is nobody to talk to.
    return undefined;
  }
}
