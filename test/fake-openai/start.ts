import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface FakeOpenai {
  /** `http://127.0.0.1:<port>`; the API's base URL is this and `/v1`. */
  readonly url: string;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

const server = fileURLToPath(new URL('server.ts', import.meta.url));

/** Starts the fake server in a process of its own, which never outlives this one. */
export async function startFakeOpenai(): Promise<FakeOpenai> {
  const child = spawn(process.execPath, [server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) resolve(JSON.parse(said).port);
    });
    void gone.then(() => reject(new Error(`the fake server did not start: ${said}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      child.stdin.end();
      return gone;
    },
  };
}
