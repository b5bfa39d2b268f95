import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512 });

export interface Streamed {
  /** Milliseconds from the request to the first delta, and to the end. */
  readonly firstMs: number;
  readonly wallMs: number;
}

/** One streamed request; rejects unless exactly `deltas` marks (`@`) came. */
export function streamOnce(url: string, body: string, deltas: number): Promise<Streamed> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let firstMs = 0;
    let seen = 0;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const asked = request(url, { agent, method: 'POST', headers }, (response) => {
      response.setEncoding('latin1');
      response.on('data', (text: string) => {
        for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) seen += 1;
        if (seen > 0 && firstMs === 0) firstMs = performance.now() - startedAt;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200 && seen === deltas) {
          resolve({ firstMs, wallMs: performance.now() - startedAt });
        } else {
          reject(new Error(`${url}: ${response.statusCode}, ${seen} of ${deltas} deltas`));
        }
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
