// The least that a host can be: reads the upstream's answer and writes NDJSON. Argument: upstream's URL.
import { createServer } from 'node:http';
import { rawParse } from '../floors/raw-parse.ts';

const [upstream = ''] = process.argv.slice(2);

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes) => {
    body += bytes;
  });
  request.on('end', async () => {
    const model = String(JSON.parse(body).model).replace('openai/', '');
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for await (const chunk of rawParse(`${upstream}/v1`, model)) {
      const delta = chunk.choices[0]?.delta?.content;
      if (!delta) continue;
      const isThrough = response.write(`${JSON.stringify({ type: 'text-delta', delta })}\n`);
      if (!isThrough) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end('{"type":"done"}\n');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
process.stdin.on('end', () => process.exit()).resume();
